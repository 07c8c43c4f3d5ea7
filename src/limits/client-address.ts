/**
 * Identifies the client of a request for rate limits.
 *
 * The client is the address of the socket unless the configuration names N trusted proxies. Then it
 * is the Nth entry of `X-Forwarded-For` from the right, which the outermost trusted proxy wrote;
 * anyone can write the entries to the left of it. A request whose header has fewer entries, or no
 * address at that position, did not pass all the proxies. It counts under the address of the
 * socket, so such requests share one bucket and cannot choose another.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { LimitedKey } from './keyed-limiter.js';

/** Groups of 16 bits that distinguish IPv6 clients. A subscriber usually has a /64. */
const IPV6_GROUPS = 4;
/** Groups that identify the network of a client. A provider usually has a /32. */
const IPV6_COARSE_GROUPS = 2;

const UNKNOWN: LimitedKey = { own: 'unknown', coarse: 'unknown' };

/**
 * Returns the key of a client's address. `forwardedFor` is the header with its lines joined by
 * commas.
 */
export function clientAddressOf(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedHops: number,
): LimitedKey {
  const forwarded = trustedHops === 0 ? undefined : entryFromRight(forwardedFor, trustedHops);
  return findAddressKey(forwarded) ?? findAddressKey(socketAddress) ?? UNKNOWN;
}

/** Returns the Nth entry from the right without parsing the entries to the left of it. */
function entryFromRight(header: string | undefined, n: number): string | undefined {
  let rest = header;
  for (let skipped = 1; skipped < n && rest !== undefined; skipped += 1) {
    const comma = rest.lastIndexOf(',');
    rest = comma < 0 ? undefined : rest.slice(0, comma);
  }
  return rest?.slice(rest.lastIndexOf(',') + 1).trim();
}

/**
 * Returns the key of an address, or undefined if the text is not an address. An IPv4-mapped IPv6
 * address (`::ffff:…`) has the key of the IPv4 address.
 */
export function findAddressKey(text: string | undefined): LimitedKey | undefined {
  if (text === undefined) return undefined;
  if (isIPv4(text)) return ipv4Key(text);
  if (!isIPv6(text)) return undefined;
  const groups = ipv6Groups(text);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) {
    const bytes = groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]);
    return ipv4Key(bytes.join('.'));
  }
  const prefix = (count: number): string =>
    groups
      .slice(0, count)
      .map((group) => group.toString(16))
      .join(':');
  return { own: `${prefix(IPV6_GROUPS)}::`, coarse: `${prefix(IPV6_COARSE_GROUPS)}::` };
}

const ipv4Key = (text: string): LimitedKey => ({
  own: text,
  coarse: text.split('.').slice(0, 2).join('.'),
});

/** Returns the eight groups of a valid IPv6 address without its zone. */
function ipv6Groups(text: string): readonly number[] {
  const [address = ''] = text.split('%');
  const [head = '', tail] = address.split('::');
  const left = groupsOf(head);
  if (tail === undefined) return left;
  const right = groupsOf(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

const groupsOf = (text: string): readonly number[] =>
  text === '' ? [] : text.split(':').flatMap(groupsOfPart);

/** Returns one group, or the two groups of a trailing IPv4 address. */
function groupsOfPart(part: string): readonly number[] {
  if (!part.includes('.')) return [Number.parseInt(part, 16)];
  const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
  return [(a << 8) | b, (c << 8) | d];
}
