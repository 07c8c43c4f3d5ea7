import { hkdfSync } from 'node:crypto';
import { lengthPrefixed } from './bytes.js';

const NO_SALT = new Uint8Array(0);
// The bound of node:crypto.
const MAX_INFO_BYTES = 1024;

/**
 * HKDF-SHA256 (RFC 5869) with an `info` of length-prefixed parts, so that no two lists of parts are the same bytes.
 * Text is UTF-8. The parts with their lengths have at most 1024 bytes: what is longer has to be hashed first.
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
