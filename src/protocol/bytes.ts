import { hash } from 'node:crypto';

/** Concatenates byte strings. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/**
 * Concatenates the parts, each preceded by its length as an unsigned 16-bit big-endian number, so
 * that different lists never encode to the same bytes. Throws TypeError if a part is longer than
 * 65,535 bytes.
 */
export function lengthPrefixed(parts: readonly (string | Uint8Array)[]): Uint8Array {
  const encoded = parts.map((part) => (typeof part === 'string' ? utf8(part) : part));
  const joined = new Uint8Array(encoded.reduce((total, { length }) => total + 2 + length, 0));
  let offset = 0;
  for (const bytes of encoded) {
    if (bytes.length > 0xffff) throw new TypeError('a part has at most 65535 bytes');
    joined[offset] = bytes.length >> 8;
    joined[offset + 1] = bytes.length & 0xff;
    joined.set(bytes, offset + 2);
    offset += 2 + bytes.length;
  }
  return joined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Encodes a text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * Decodes UTF-8, or returns undefined if the bytes are not valid UTF-8. A byte order mark is kept.
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Encodes bytes as lower-case hex without a prefix. The verifier (`attestation/bytes.ts`) and the
 * stand-ins have their own on purpose: they are independent oracles of the service.
 */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Decodes lower-case hex that the caller has validated. Throws TypeError for anything else. */
export function parseHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new TypeError('not lower-case hex');
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** Returns the SHA-256 of bytes, or of a text in UTF-8, as lower-case hex. */
export const sha256Hex = (data: Uint8Array | string): string => hash('sha256', data, 'hex');
