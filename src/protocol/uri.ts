/** The syntax of RFC 3986, appendix A. Nothing is normalized: a text is a URI or it is not. */
import { isIPv6 } from 'node:net';

const CHARACTERS = "A-Za-z0-9\\-._~!$&'()*+,;=";
const TRIPLET = '%[0-9A-Fa-f]{2}';
const PCHAR = `(?:[${CHARACTERS}:@]|${TRIPLET})`;
const HOST = `(?:\\[(?<ip>[0-9A-Fa-f:.]+)\\]|(?:[${CHARACTERS}]|${TRIPLET})*)`;
const AUTHORITY = `(?:(?:[${CHARACTERS}:]|${TRIPLET})*@)?${HOST}(?::[0-9]*)?`;
// Without an authority a path does not begin with two slashes, else it would be read as one.
const HIERARCHY = `(?://${AUTHORITY}(?:/${PCHAR}*)*|/?${PCHAR}+(?:/${PCHAR}*)*|/?)`;
const TAIL = `(?:${PCHAR}|[/?])*`;

const URI = new RegExp(`^[A-Za-z][A-Za-z0-9+\\-.]*:${HIERARCHY}(?:\\?${TAIL})?(?:#${TAIL})?$`);
const DOMAIN = new RegExp(`^${HOST}(?::(?<port>[1-9][0-9]{0,4}))?$`);

function isIpAddress(ip: string | undefined): boolean {
  return ip === undefined || isIPv6(ip);
}

/** Whether the text is a URI: a scheme, and well formed to the last character. */
export function isUri(text: string): boolean {
  const groups = URI.exec(text)?.groups;
  return groups !== undefined && isIpAddress(groups['ip']);
}

/** Whether the text is a host with an optional port from 1 to 65535: an authority without user information. */
export function isDomain(text: string): boolean {
  const groups = DOMAIN.exec(text)?.groups;
  if (groups === undefined || text === '' || text.startsWith(':')) return false;
  return isIpAddress(groups['ip']) && Number(groups['port'] ?? 1) <= 65535;
}
