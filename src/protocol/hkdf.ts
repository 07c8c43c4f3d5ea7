import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { lengthPrefixed } from './bytes.js';

const NO_SALT = new Uint8Array(0);
// The limit of `hkdfSync` in node:crypto.
const MAX_INFO_BYTES = 1024;

/** The number of the first block of output (RFC 5869 section 2.3), which has 32 bytes. */
const FIRST_BLOCK = Uint8Array.of(1);

function infoOf(parts: readonly (string | Uint8Array)[]): Uint8Array {
  const info = lengthPrefixed(parts);
  if (info.length > MAX_INFO_BYTES) throw new TypeError('the parts have at most 1024 bytes');
  return info;
}

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
  const key = createSecretKey(secret);
  return new Uint8Array(hkdfSync('sha256', key, NO_SALT, infoOf(parts), length));
}

/**
 * Returns a function that derives 32 bytes like `deriveBytes` from the same secret. It extracts
 * once (RFC 5869 section 2.2), so each derivation costs one HMAC. What it extracts lives as long as
 * the function.
 */
export function createDerivation(
  secret: Uint8Array,
): (parts: readonly (string | Uint8Array)[]) => Uint8Array {
  const extracted = createHmac('sha256', NO_SALT).update(secret).digest();
  const key = createSecretKey(extracted);
  extracted.fill(0);
  return (parts) => {
    const hmac = createHmac('sha256', key).update(infoOf(parts)).update(FIRST_BLOCK);
    return new Uint8Array(hmac.digest());
  };
}
