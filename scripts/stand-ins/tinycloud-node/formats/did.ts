import { keccak256 } from './hashes.js';

const DID =
  /^did:[a-z0-9]+:(?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})*(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})$/;
const MAX_U64 = 2n ** 64n - 1n;
/** Every capability of a delegation names its wallet again, so the hash is cached. */
const checksummed = new Map<string, string>();
const MAX_REMEMBERED = 1000;

/** Returns whether a text is a DID without path, query or fragment. */
export function isDid(text: string): boolean {
  return DID.test(text);
}

/** Returns whether a text is a DID URL: a DID that may have a path, query and fragment. */
export function isDidUrl(text: string): boolean {
  const end = text.search(/[/?#]/);
  const did = end === -1 ? text : text.slice(0, end);
  return isDid(did) && /^[\x21-\x7e]*$/.test(text);
}

/**
 * Returns the EIP-55 form of 20 bytes in hex of any letter case, or undefined if the text is not an
 * address.
 */
export function checksumAddress(text: string): string | undefined {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return undefined;
  const known = checksummed.get(text);
  if (known !== undefined) return known;
  const address = mixCase(text.slice(2).toLowerCase());
  if (checksummed.size >= MAX_REMEMBERED) checksummed.clear();
  checksummed.set(text, address);
  return address;
}

function mixCase(digits: string): string {
  const hash = Buffer.from(keccak256(new TextEncoder().encode(digits))).toString('hex');
  const mixed = Array.from(digits, (digit, at) =>
    Number.parseInt(hash[at] ?? '0', 16) >= 8 ? digit.toUpperCase() : digit,
  );
  return `0x${mixed.join('')}`;
}

/**
 * Returns the canonical spelling of a DID: wallets with the checksummed address and a plain chain
 * id, others unchanged.
 */
export function canonicalDid(did: string): string | undefined {
  if (!did.startsWith('did:pkh:eip155:')) return /^did:[^:]*:/.test(did) ? did : undefined;
  const found = /^did:pkh:eip155:\+?([0-9]+):(0x[0-9a-fA-F]{40})$/.exec(did);
  const chain = BigInt(found?.[1] ?? 0);
  const address = checksumAddress(found?.[2] ?? '');
  if (address === undefined || chain === 0n || chain > MAX_U64) return undefined;
  return `did:pkh:eip155:${chain}:${address}`;
}

/**
 * Returns the canonical DID of a DID URL, without fragment. A text that cannot be parsed is
 * compared unchanged.
 */
export function principalOf(didUrl: string): string {
  const bare = didUrl.split('#')[0] ?? didUrl;
  return canonicalDid(bare) ?? didUrl;
}

export function isSamePrincipal(left: string, right: string): boolean {
  return principalOf(left) === principalOf(right);
}
