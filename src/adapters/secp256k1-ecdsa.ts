/**
 * Implements secp256k1 with libsecp256k1. The bindings are imported by name because the package's
 * main entry silently falls back to a slow, unmaintained implementation if the native library does
 * not load.
 */
import bindings from 'secp256k1/bindings.js';
import { concatBytes } from '../protocol/bytes.js';
import type { Ecdsa } from '../keys/ecdsa.js';

/** Creates the adapter. */
export function createSecp256k1Ecdsa(): Ecdsa {
  const curve = bindings;
  return {
    publicKeyOf: (privateKey) =>
      curve.privateKeyVerify(privateKey) ? curve.publicKeyCreate(privateKey, false) : undefined,
    sign: (digest, privateKey) => {
      const { signature, recid } = curve.ecdsaSign(digest, privateKey);
      return concatBytes(signature, Uint8Array.of(27 + recid));
    },
    recover: (digest, compact, recoveryId) => {
      try {
        return curve.ecdsaRecover(compact, recoveryId, digest, false);
      } catch {
        return undefined;
      }
    },
  };
}
