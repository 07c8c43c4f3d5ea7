/**
 * The Merkle tree over the nonces that share a quote: RFC 9162 section 2.1 with SHA-256. The
 * verifier checks its proofs with code of its own.
 */
import { createHash } from 'node:crypto';

const leafHash = (leaf: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(Uint8Array.of(0)).update(leaf).digest());

const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest());

/** The hashes of each level, from the leaves to the root. */
type Levels = readonly (readonly Uint8Array[])[];

/** A tree over at least one leaf. */
export class NonceTree {
  readonly #levels: Levels;
  readonly size: number;

  constructor(leaves: readonly Uint8Array[]) {
    if (leaves.length === 0) throw new TypeError('a tree has at least one leaf');
    this.size = leaves.length;
    const levels = [leaves.map(leafHash)];
    for (let level = levels[0] ?? []; level.length > 1;) {
      level = parentsOf(level);
      levels.push(level);
    }
    this.#levels = levels;
  }

  /** The root, 32 bytes. */
  get root(): Uint8Array {
    return this.#levels.at(-1)?.[0] ?? new Uint8Array(32);
  }

  /** Returns the siblings of a leaf and of its ancestors, from the leaf to the root. */
  pathOf(index: number): readonly Uint8Array[] {
    return this.#levels.flatMap((level, height) => {
      const sibling = level[Math.floor(index / 2 ** height) ^ 1];
      return sibling === undefined ? [] : [sibling];
    });
  }
}

/** Returns the next level. A last node without a sibling moves up unchanged. */
function parentsOf(level: readonly Uint8Array[]): Uint8Array[] {
  const parents: Uint8Array[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at], level[at + 1]];
    if (left !== undefined) parents.push(right === undefined ? left : nodeHash(left, right));
  }
  return parents;
}
