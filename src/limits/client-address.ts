/**
 * Who a request comes from, as far as limits are concerned.
 *
 * That is the address of the socket, unless the configuration says how many proxies of ours a request passes: with N of
 * them it is the Nth entry of `X-Forwarded-For` from the right, which the outermost of our own proxies wrote; what stands
 * left of it anybody may write. A header with fewer entries, or with something else than an address there, did not pass
 * them all: then the socket's address counts, so that such requests share one bucket and cannot choose another.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { LimitedKey } from './keyed-limiter.js';

/** Of an IPv6 address these many groups of 16 bits tell clients apart: a /64 is what one subscriber is given. */
const IPV6_GROUPS = 4;
/** And these many are its network, an allocation of a provider: a /32. */
const IPV6_COARSE_GROUPS = 2;

const UNKNOWN: LimitedKey = { own: 'unknown', coarse: 'unknown' };

/** The key of a client's address. `forwardedFor`: the header, its lines joined by commas. */
export function clientAddressOf(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedHops: number,
): LimitedKey {
  const forwarded = trustedHops === 0 ? undefined : entryFromRight(forwardedFor, trustedHops);
  return findAddressKey(forwarded) ?? findAddressKey(socketAddress) ?? UNKNOWN;
}

/** The Nth entry from the right, without reading further to the left than that. */
function entryFromRight(header: string | undefined, n: number): string | undefined {
  let rest = header;
  for (let skipped = 1; skipped < n && rest !== undefined; skipped += 1) {
    const comma = rest.lastIndexOf(',');
    rest = comma < 0 ? undefined : rest.slice(0, comma);
  }
  return rest?.slice(rest.lastIndexOf(',') + 1).trim();
}

/** The key of an address, undefined where it is none. An IPv4 address written as IPv6 (`::ffff:…`) is the IPv4 one. */
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

/** The eight groups of a valid IPv6 address; a zone is left out. */
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

/** One group, or the two of an IPv4 address at the end. */
function groupsOfPart(part: string): readonly number[] {
  if (!part.includes('.')) return [Number.parseInt(part, 16)];
  const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
  return [(a << 8) | b, (c << 8) | d];
}
