/** The syntax of URIs (RFC 3986, appendix A). Nothing is normalized. */
import { isIPv6 } from 'node:net';

const CHARACTERS = "A-Za-z0-9\\-._~!$&'()*+,;=";
const TRIPLET = '%[0-9A-Fa-f]{2}';
const PCHAR = `(?:[${CHARACTERS}:@]|${TRIPLET})`;
const HOST = `(?:\\[(?<ip>[0-9A-Fa-f:.]+)\\]|(?:[${CHARACTERS}]|${TRIPLET})*)`;
const AUTHORITY = `(?:(?:[${CHARACTERS}:]|${TRIPLET})*@)?${HOST}(?::[0-9]*)?`;
// Without an authority, a path cannot begin with two slashes, which would begin an authority.
const HIERARCHY = `(?://${AUTHORITY}(?:/${PCHAR}*)*|/?${PCHAR}+(?:/${PCHAR}*)*|/?)`;
const TAIL = `(?:${PCHAR}|[/?])*`;

const URI = new RegExp(`^[A-Za-z][A-Za-z0-9+\\-.]*:${HIERARCHY}(?:\\?${TAIL})?(?:#${TAIL})?$`);
const DOMAIN = new RegExp(`^${HOST}(?::(?<port>[1-9][0-9]{0,4}))?$`);

function isIpAddress(ip: string | undefined): boolean {
  return ip === undefined || isIPv6(ip);
}

/** Returns whether the whole text is a URI with a scheme. */
export function isUri(text: string): boolean {
  const groups = URI.exec(text)?.groups;
  return groups !== undefined && isIpAddress(groups['ip']);
}

/**
 * Returns whether the text is a host with an optional port from 1 to 65535, without user
 * information.
 */
export function isDomain(text: string): boolean {
  const groups = DOMAIN.exec(text)?.groups;
  if (groups === undefined || text === '' || text.startsWith(':')) return false;
  return isIpAddress(groups['ip']) && Number(groups['port'] ?? 1) <= 65535;
}
