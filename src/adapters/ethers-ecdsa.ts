/** secp256k1 in JavaScript, by ethers: the reference, and the choice where no native build exists. */
import { getBytes, hexlify, SigningKey } from 'ethers';
import type { Ecdsa } from '../keys/ecdsa.js';

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
  };
}
