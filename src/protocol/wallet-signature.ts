/**
 * Wallet signatures over secp256k1, in the forms that wallets return.
 *
 * | length     | form                                                             |
 * | ---------- | ---------------------------------------------------------------- |
 * | 65 bytes   | r ‖ s ‖ v. v is 27 or 28; some hardware wallets write 0 or 1     |
 * | 64 bytes   | r ‖ yParityAndS (EIP-2098). The highest bit of s is the parity   |
 * | more bytes | a signature that only a contract can verify (EIP-1271, EIP-6492) |
 *
 * r and s must be in 1..n-1, and s in the lower half (EIP-2), so that only one of the two valid
 * signatures is accepted.
 */
import { ServiceError } from '../errors.js';
import { hex } from './bytes.js';

/** A recoverable signature. `compact` is r ‖ s, 64 bytes. */
export type WalletSignature = { readonly compact: Uint8Array; readonly recoveryId: 0 | 1 };

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Returns the bytes of a signature in 0x-prefixed hex. Throws ERR_SIGNATURE_INVALID. */
export function parseSignatureBytes(text: string): Uint8Array {
  if (!/^0x(?:[0-9a-fA-F]{2})*$/.test(text)) throw new ServiceError('ERR_SIGNATURE_INVALID');
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}

/**
 * Parses a signature in 0x-prefixed hex. Throws ERR_SIGNATURE_INVALID or
 * ERR_SIGNATURE_CONTRACT_WALLET.
 */
export function parseWalletSignature(text: string): WalletSignature {
  const bytes = parseSignatureBytes(text);
  if (bytes.length > 65) throw new ServiceError('ERR_SIGNATURE_CONTRACT_WALLET');
  const parsed = bytes.length === 64 ? readCompact(bytes) : readWithRecoveryId(bytes);
  requireRange(parsed.compact);
  return parsed;
}

function readCompact(bytes: Uint8Array): WalletSignature {
  const compact = bytes.slice();
  const parityByte = compact[32] ?? 0;
  compact[32] = parityByte & 0x7f;
  return { compact, recoveryId: parityByte >= 0x80 ? 1 : 0 };
}

const RECOVERY_IDS: ReadonlyMap<number | undefined, 0 | 1> = new Map([
  [0, 0],
  [1, 1],
  [27, 0],
  [28, 1],
]);

function readWithRecoveryId(bytes: Uint8Array): WalletSignature {
  const recoveryId = bytes.length === 65 ? RECOVERY_IDS.get(bytes[64]) : undefined;
  if (recoveryId === undefined) throw new ServiceError('ERR_SIGNATURE_INVALID');
  return { compact: bytes.slice(0, 64), recoveryId };
}

function requireRange(compact: Uint8Array): void {
  const r = BigInt(`0x${hex(compact.subarray(0, 32))}`);
  const s = BigInt(`0x${hex(compact.subarray(32))}`);
  const isInRange = r > 0n && r < ORDER && s > 0n && s <= ORDER / 2n;
  if (!isInRange) throw new ServiceError('ERR_SIGNATURE_INVALID');
}
