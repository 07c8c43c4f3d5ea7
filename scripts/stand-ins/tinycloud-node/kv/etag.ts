import { blake3 } from '@noble/hashes/blake3';
import { Refusal } from '../refusal.js';

/** BLAKE3-256 in hex: what a value is addressed by. */
export function contentHash(body: Uint8Array): string {
  return Buffer.from(blake3(body)).toString('hex');
}

export function etagOf(hash: string): string {
  return `"blake3-${hash}"`;
}

/** The hash an `If-Match` names; only one strong ETag of this node's kind will do. */
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

/** Whether an `If-None-Match` list names this value; weak tags count. */
export function namesEtag(header: string, hash: string): boolean {
  return header
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etagOf(hash));
}
