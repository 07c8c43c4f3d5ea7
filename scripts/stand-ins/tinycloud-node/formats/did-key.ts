import { createPublicKey, verify } from 'node:crypto';
import { base58btc } from 'multiformats/bases/base58';

const ED25519_PREFIX = [0xed, 0x01];
/** The bytes before the 32 bytes of an Ed25519 key in its SPKI form (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Returns the `did:key:z6Mk…` of an Ed25519 public key. */
export function encodeDidKey(publicKey: Uint8Array): string {
  return `did:key:${base58btc.encode(Uint8Array.from([...ED25519_PREFIX, ...publicKey]))}`;
}

/**
 * Returns the Ed25519 key of a DID URL: a bare `did:key`, or one whose fragment repeats the key.
 */
function publicKeyOf(didUrl: string): Uint8Array | undefined {
  const found = /^did:key:(z[1-9A-HJ-NP-Za-km-z]+)(?:#(.*))?$/.exec(didUrl);
  const [, key, fragment] = found ?? [];
  if (key === undefined || (fragment !== undefined && fragment !== key)) return undefined;
  const bytes = base58btc.decode(key);
  const isEd25519 = bytes.length === 34 && bytes[0] === 0xed && bytes[1] === 0x01;
  return isEd25519 ? bytes.slice(2) : undefined;
}

export function isSignedByDidKey(
  didUrl: string,
  signature: Uint8Array,
  message: Uint8Array,
): boolean {
  try {
    const key = publicKeyOf(didUrl);
    if (key === undefined) return false;
    const spki = Buffer.concat([SPKI_PREFIX, key]);
    const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    return verify(null, message, publicKey, signature);
  } catch {
    return false;
  }
}
