/**
 * Converts the argument of `personal_sign`, which is hex by the standard and often text in
 * practice. Hex that is UTF-8 is shown and signed as text.
 */
import type { SignParams } from '../wire/protocol.js';

const HEX = /^0x(?:[0-9a-fA-F]{2})*$/;

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.slice(2).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

const hexOf = (bytes: Uint8Array): string =>
  `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Returns the message and its format. Both formats sign the same bytes, but a person can read a
 * text.
 */
export function messageOf(data: string | Uint8Array): Pick<SignParams, 'message' | 'format'> {
  if (typeof data === 'string' && !HEX.test(data)) {
    return { message: data, format: 'personal_sign' };
  }
  const bytes = typeof data === 'string' ? bytesOf(data) : data;
  const text = decodeText(bytes);
  return text === undefined
    ? { message: hexOf(bytes), format: 'raw' }
    : { message: text, format: 'personal_sign' };
}
