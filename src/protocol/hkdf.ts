import { hkdfSync } from 'node:crypto';
import { lengthPrefixed } from './bytes.js';

const NO_SALT = new Uint8Array(0);
// The limit of `hkdfSync` in node:crypto.
const MAX_INFO_BYTES = 1024;

/**
 * Derives bytes with HKDF-SHA256 (RFC 5869). The `info` is the length-prefixed list of parts, so
 * different lists never give the same bytes. Text parts are encoded as UTF-8. Throws TypeError if
 * the parts and their lengths exceed 1,024 bytes; the caller must hash longer parts first.
 */
export function deriveBytes(
  secret: Uint8Array,
  parts: readonly (string | Uint8Array)[],
  length = 32,
): Uint8Array {
  const info = lengthPrefixed(parts);
  if (info.length > MAX_INFO_BYTES) throw new TypeError('the parts have at most 1024 bytes');
  return new Uint8Array(hkdfSync('sha256', secret, NO_SALT, info, length));
}
