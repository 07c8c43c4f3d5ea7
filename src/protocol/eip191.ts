import { concatBytes, utf8 } from './bytes.js';
import { keccak256 } from './hashes.js';

/** Returns the 32-byte digest that `personal_sign` signs for a message (EIP-191, version 0x45). */
export function personalMessageDigest(message: Uint8Array): Uint8Array {
  return keccak256(concatBytes(utf8(`\u0019Ethereum Signed Message:\n${message.length}`), message));
}
