import { secp256k1 } from '@noble/curves/secp256k1';
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
  if (recovery > 1) return undefined;
  try {
    const parsed = secp256k1.Signature.fromCompact(signature.slice(0, 64));
    if (parsed.hasHighS()) return undefined;
    const hash = keccak256(Buffer.concat([prefix, message]));
    const key = parsed.addRecoveryBit(recovery).recoverPublicKey(hash).toRawBytes(false);
    const digits = Buffer.from(keccak256(key.slice(1)).slice(-20)).toString('hex');
    return checksumAddress(`0x${digits}`);
  } catch {
    return undefined;
  }
}
