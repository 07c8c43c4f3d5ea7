/**
 * What this browser remembers for the widget, in a partitioned cookie, because a frame has no other
 * storage where third-party cookies are blocked. It is no secret, and the service does not trust it.
 */
const NAME = '__Host-sealwright-apps';
const ATTRIBUTES = 'Path=/; Secure; SameSite=None; Partitioned; Max-Age=31536000';
const MAX_APPS = 20;

function read(): readonly string[] | undefined {
  const pair = document.cookie.split('; ').find((each) => each.startsWith(`${NAME}=`));
  if (pair === undefined) return undefined;
  return decodeURIComponent(pair.slice(NAME.length + 1))
    .split(' ')
    .filter(Boolean);
}

function write(apps: readonly string[]): void {
  const value = encodeURIComponent(apps.slice(-MAX_APPS).join(' '));
  document.cookie = `${NAME}=${value}; ${ATTRIBUTES}`;
}

const without = (appOrigin: string): readonly string[] =>
  (read() ?? []).filter((each) => each !== appOrigin);

/** Returns whether the person agreed to show this app their address. They are asked once per app and browser. */
export const hasConsent = (appOrigin: string): boolean => read()?.includes(appOrigin) ?? false;
export const rememberConsent = (appOrigin: string): void =>
  write([...without(appOrigin), appOrigin]);
export const forgetConsent = (appOrigin: string): void => write(without(appOrigin));
