import { keccak_256 } from '@noble/hashes/sha3';
import { concatBytes, utf8 } from './bytes.js';

/** Returns the 32-byte digest that `personal_sign` signs for a message (EIP-191, version 0x45). */
export function personalMessageDigest(message: Uint8Array): Uint8Array {
  return keccak_256(
    concatBytes(utf8(`\u0019Ethereum Signed Message:\n${message.length}`), message),
  );
}
