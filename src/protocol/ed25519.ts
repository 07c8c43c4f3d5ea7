import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { concatBytes } from './bytes.js';

/** An Ed25519 key that is open for signing. The seed itself is not kept. */
export type Ed25519Key = {
  readonly publicKey: Uint8Array;
  /** Returns the deterministic signature (64 bytes, RFC 8032). */
  readonly sign: (message: Uint8Array) => Uint8Array;
};

// DER headers of PKCS #8 and SubjectPublicKeyInfo for Ed25519 (RFC 8410). The 32 bytes of the key
// follow.
const PKCS8_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');

/** Opens the key of a seed (32 bytes). */
export function ed25519KeyOf(seed: Uint8Array): Ed25519Key {
  if (seed.length !== 32) throw new TypeError('an Ed25519 seed has 32 bytes');
  // `der` is the only copy of the seed, so wiping it leaves none.
  const der = Buffer.from(concatBytes(PKCS8_HEADER, seed).buffer);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  return {
    publicKey: publicBytes(createPublicKey(privateKey)),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

function publicBytes(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: 'der', type: 'spki' })).subarray(SPKI_HEADER.length);
}

/** Returns whether the signature (64 bytes) by the public key (32 bytes) matches the message. */
export function isEd25519Signature(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== 32) throw new TypeError('an Ed25519 public key has 32 bytes');
  const der = Buffer.from(concatBytes(SPKI_HEADER, publicKey));
  return verify(
    null,
    message,
    createPublicKey({ key: der, format: 'der', type: 'spki' }),
    signature,
  );
}
