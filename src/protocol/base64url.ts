import { ServiceError } from '../errors.js';

/**
 * Whether the text is padded with `=` to a multiple of four characters. ReCap and JWT parts never
 * are; CACAO headers always are.
 */
export type Base64urlPadding = 'none' | 'required';

/** Encodes bytes as base64url (RFC 4648 section 5). */
export function encodeBase64url(bytes: Uint8Array, padding: Base64urlPadding = 'none'): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
  return padding === 'required' ? text.padEnd(Math.ceil(text.length / 4) * 4, '=') : text;
}

/**
 * Decodes canonical base64url: the alphabet and padding must be correct, and unused trailing bits
 * must be zero. Throws ERR_BASE64URL_INVALID.
 */
export function decodeBase64url(text: string, padding: Base64urlPadding = 'none'): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(text, 'base64url'));
  if (encodeBase64url(bytes, padding) !== text) throw new ServiceError('ERR_BASE64URL_INVALID');
  return bytes;
}
