/**
 * Implements secp256k1 in JavaScript with ethers. It is the reference, and the fallback without a
 * native build.
 */
import { getBytes, hexlify, SigningKey } from 'ethers';
import type { Ecdsa } from '../keys/ecdsa.js';

/** Creates the adapter. */
export function createEthersEcdsa(): Ecdsa {
  return {
    publicKeyOf: (privateKey) => {
      try {
        return getBytes(new SigningKey(hexlify(privateKey)).publicKey);
      } catch {
        return undefined;
      }
    },
    sign: (digest, privateKey) =>
      getBytes(new SigningKey(hexlify(privateKey)).sign(hexlify(digest)).serialized),
    recover: (digest, compact, recoveryId) => {
      const [r, s] = [compact.subarray(0, 32), compact.subarray(32)].map((part) => hexlify(part));
      try {
        const signature = { r: r ?? '', s: s ?? '', yParity: recoveryId };
        return getBytes(SigningKey.recoverPublicKey(hexlify(digest), signature));
      } catch {
        return undefined;
      }
    },
  };
}
