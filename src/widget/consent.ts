/** What this browser remembers for the widget: no secret, and nothing that the service would believe. */
const KNOWN = 'sealwright:known';
const appKey = (appOrigin: string): string => `sealwright:app:${appOrigin}`;

// A browser that forbids storage in a frame throws at the mere mention.
function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Then it is asked again.
  }
}

/** Whether the person told this app who they are: asked once an app and browser. */
export const hasConsent = (appOrigin: string): boolean => read(appKey(appOrigin)) === 'yes';
export const rememberConsent = (appOrigin: string): void => write(appKey(appOrigin), 'yes');
export const forgetConsent = (appOrigin: string): void => write(appKey(appOrigin), undefined);

/** Whether somebody signed in here before: then a new account is not what is offered first. */
export const isKnownBrowser = (): boolean => read(KNOWN) === 'yes';
export const rememberBrowser = (): void => write(KNOWN, 'yes');
