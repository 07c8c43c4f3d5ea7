import { blake3 } from '../formats/hashes.js';
import { Refusal } from '../refusal.js';

/** Returns BLAKE3-256 in hex, which identifies a value. */
export function contentHash(body: Uint8Array): string {
  return Buffer.from(blake3(body)).toString('hex');
}

export function etagOf(hash: string): string {
  return `"blake3-${hash}"`;
}

/**
 * Returns the hash in an `If-Match` header, which must contain one strong ETag in this node's form.
 */
export function parseIfMatch(header: string): string {
  const digest = /^"blake3-(.*)"$/.exec(header.trim())?.[1];
  if (digest === undefined) {
    throw new Refusal(
      400,
      'If-Match must be a strong TinyCloud ETag: "blake3-<64 hex characters>"',
    );
  }
  if (digest.length !== 64) {
    throw new Refusal(400, 'If-Match must contain a 32-byte BLAKE3 digest');
  }
  if (!/^[0-9a-fA-F]*$/.test(digest)) {
    throw new Refusal(400, 'If-Match BLAKE3 digest must be hexadecimal');
  }
  return digest.toLowerCase();
}

/** Returns whether an `If-None-Match` list contains this value. Weak tags match. */
export function namesEtag(header: string, hash: string): boolean {
  return header
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etagOf(hash));
}
