/**
 * What this browser remembers for the widget, in a partitioned cookie: a frame has no other storage where cookies of third
 * parties are blocked. It is no secret, and nothing that the service would believe.
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

/** Whether the person told this app who they are: asked once an app and browser. */
export const hasConsent = (appOrigin: string): boolean => read()?.includes(appOrigin) ?? false;
export const rememberConsent = (appOrigin: string): void =>
  write([...without(appOrigin), appOrigin]);
export const forgetConsent = (appOrigin: string): void => write(without(appOrigin));
