import secp256k1 from 'secp256k1';
import { keccak256 } from './hashes.js';
import { checksumAddress } from './did.js';

/**
 * Returns whether the 65 bytes r‖s‖v are this address's `personal_sign` signature over the text. A
 * high s is rejected.
 */
export function isPersonalSignature(text: string, signature: Uint8Array, address: string): boolean {
  return recoverAddress(text, signature) === address;
}

function recoverAddress(text: string, signature: Uint8Array): string | undefined {
  const message = Buffer.from(text);
  const prefix = Buffer.from(`\x19Ethereum Signed Message:\n${message.length}`);
  const recovery = (signature[64] ?? 0) % 27;
  const compact = signature.slice(0, 64);
  if (recovery > 1 || compact.length !== 64) return undefined;
  try {
    if (hasHighS(compact)) return undefined;
    const hash = keccak256(Buffer.concat([prefix, message]));
    const key = secp256k1.ecdsaRecover(compact, recovery, hash, false);
    const digits = Buffer.from(keccak256(key.slice(1)).slice(-20)).toString('hex');
    return checksumAddress(`0x${digits}`);
  } catch {
    return undefined;
  }
}

/** Returns whether normalizing changes the signature. Throws for numbers that are out of range. */
const hasHighS = (compact: Uint8Array): boolean =>
  !Buffer.from(secp256k1.signatureNormalize(compact.slice())).equals(compact);
