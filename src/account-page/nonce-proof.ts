/**
 * Checks in the browser that a nonce is one of those that share a quote: the Merkle tree of RFC
 * 9162 over the nonces, with SHA-256. The verifier for auditors has code of its own.
 */

/** What a response states about the tree and the place of a nonce in it. */
export type NonceProof = {
  /** 32 bytes. */
  readonly root: Uint8Array;
  readonly size: number;
  readonly index: number;
  readonly path: readonly Uint8Array[];
};

type Hash = (bytes: Uint8Array) => Promise<Uint8Array>;

const join = (prefix: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from([prefix, ...parts.flatMap((part) => [...part])]);

/** Returns whether the tree contains the nonce (32 bytes) at its place. */
export async function isProvenNonce(
  nonce: Uint8Array,
  { root, size, index, path }: NonceProof,
  sha256: Hash,
): Promise<boolean> {
  let computed = await sha256(join(0, nonce));
  let used = 0;
  // From the leaves up: `width` nodes are on a level, and `at` is the node above the nonce.
  for (let width = size, at = index; width > 1; width = Math.ceil(width / 2), at >>= 1) {
    // The last node of an odd level has no sibling and moves up unchanged.
    if (at % 2 === 0 && at === width - 1) continue;
    const sibling = path[used];
    if (sibling === undefined) return false;
    used += 1;
    const [left, right] = at % 2 === 0 ? [computed, sibling] : [sibling, computed];
    computed = await sha256(join(1, left, right));
  }
  const isRoot = computed.every((byte, at) => byte === root[at]) && root.length === 32;
  return index < size && used === path.length && isRoot;
}
