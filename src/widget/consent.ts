/**
 * What this browser remembers for the widget, in a partitioned cookie, because a frame has no other
 * storage where third-party cookies are blocked. It is no secret, and the service does not trust
 * it.
 *
 * One entry for each app: its origin and, since a person may have several keys, the address of the
 * key that they chose for it.
 */
const NAME = '__Host-sealwright-apps';
const ATTRIBUTES = 'Path=/; Secure; SameSite=None; Partitioned; Max-Age=31536000';
const MAX_APPS = 20;

/** The consent of a person to show an app an address. */
export type Consent = {
  readonly appOrigin: string;
  /** Absent in entries of earlier versions, which concern the first key. */
  readonly address?: string;
};

const SEPARATOR = '|';

function parse(entry: string): Consent {
  const [appOrigin = '', address] = entry.split(SEPARATOR);
  return address === undefined ? { appOrigin } : { appOrigin, address };
}

const format = ({ appOrigin, address }: Consent): string =>
  address === undefined ? appOrigin : `${appOrigin}${SEPARATOR}${address}`;

function read(): readonly Consent[] {
  const pair = document.cookie.split('; ').find((each) => each.startsWith(`${NAME}=`));
  if (pair === undefined) return [];
  return decodeURIComponent(pair.slice(NAME.length + 1))
    .split(' ')
    .filter(Boolean)
    .map(parse);
}

function write(consents: readonly Consent[]): void {
  const value = encodeURIComponent(consents.slice(-MAX_APPS).map(format).join(' '));
  document.cookie = `${NAME}=${value}; ${ATTRIBUTES}`;
}

const without = (appOrigin: string): readonly Consent[] =>
  read().filter((each) => each.appOrigin !== appOrigin);

/** Returns the consent for an app. A person is asked once per app and browser. */
export const findConsent = (appOrigin: string): Consent | undefined =>
  read().find((each) => each.appOrigin === appOrigin);

/** Remembers that the person agreed to show an app this address. */
export const rememberConsent = (appOrigin: string, address: string): void =>
  write([...without(appOrigin), { appOrigin, address }]);

/** Forgets that the person agreed, so that they are asked again. */
export const forgetConsent = (appOrigin: string): void => write(without(appOrigin));
