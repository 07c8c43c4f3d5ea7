/**
 * Bytes as text. The service has its own in `src/protocol/bytes.ts`, and the stand-ins have theirs:
 * the verifier imports nothing of what it judges, so that a mistake on one side is noticed on the
 * other instead of being shared.
 */
import { createHash } from 'node:crypto';

/** Encodes bytes as lower-case hex without a prefix. */
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Decodes lower-case hex that a schema has validated. */
export const parseHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

/** Returns the SHA-256 of bytes, or of a text in UTF-8, as lower-case hex. */
export const sha256Hex = (data: Uint8Array | string): string =>
  createHash('sha256').update(data).digest('hex');

/** Returns the SHA-384 (48 bytes) of parts in a row; texts are in UTF-8. */
export function sha384(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const hash = createHash('sha384');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** Returns a measurement register, in hex, after it was extended by each digest in order. */
export const extendRegister = (digests: readonly Uint8Array[]): string =>
  hex(digests.reduce((register, digest) => sha384(register, digest), new Uint8Array(48)));
