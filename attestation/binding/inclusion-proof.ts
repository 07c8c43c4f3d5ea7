/**
 * Inclusion proofs of nonces in a shared quote: the Merkle tree of RFC 9162 section 2.1 over the
 * bytes of the nonces, with SHA-256. The publisher builds the tree in a file of its own.
 */
import { createHash } from 'node:crypto';

/** The root of a tree (32 bytes) and the number of its leaves. */
export type NonceTree = { readonly root: Uint8Array; readonly size: number };

/** The place of a leaf, and its siblings from the leaf to the root (32 bytes each). */
export type InclusionProof = { readonly index: number; readonly path: readonly Uint8Array[] };

const hash = (prefix: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const digest = createHash('sha256').update(Uint8Array.of(prefix));
  for (const part of parts) digest.update(part);
  return new Uint8Array(digest.digest());
};

/** Returns whether the tree contains the leaf (RFC 9162, section 2.1.3.2). */
export function isIncluded(
  leaf: Uint8Array,
  { index, path }: InclusionProof,
  { root, size }: NonceTree,
): boolean {
  if (index >= size) return false;
  let [node, last] = [index, size - 1];
  let computed = hash(0, leaf);
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      computed = hash(1, sibling, computed);
      // The last node of a level without a sibling moves up unchanged. A right node stops at once.
      while (node % 2 === 0 && node !== 0) [node, last] = halve(node, last);
    } else {
      computed = hash(1, computed, sibling);
    }
    [node, last] = halve(node, last);
  }
  return last === 0 && Buffer.compare(computed, root) === 0;
}

const halve = (node: number, last: number): [number, number] => [
  Math.floor(node / 2),
  Math.floor(last / 2),
];
