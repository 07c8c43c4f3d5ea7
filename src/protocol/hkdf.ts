import { hkdfSync } from 'node:crypto';
import { concatBytes, utf8 } from './bytes.js';

const NO_SALT = new Uint8Array(0);

/**
 * HKDF-SHA256 (RFC 5869) with an `info` of length-prefixed parts, so that no two lists of parts are the same bytes.
 * Each part is preceded by its length as an unsigned 16-bit big-endian number; text is UTF-8.
 */
export function deriveBytes(
  secret: Uint8Array,
  parts: readonly (string | Uint8Array)[],
  length = 32,
): Uint8Array {
  const info = parts.map((part) => {
    const bytes = typeof part === 'string' ? utf8(part) : part;
    if (bytes.length > 0xffff) throw new TypeError('a part has at most 65535 bytes');
    return concatBytes(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
  });
  return new Uint8Array(hkdfSync('sha256', secret, NO_SALT, concatBytes(...info), length));
}
