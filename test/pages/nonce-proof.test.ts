/** The browser's check of a nonce that shares a quote, against the tree of the service. */
import { createHash } from 'node:crypto';
import { isProvenNonce } from '../../src/account-page/nonce-proof.js';
import { NonceTree } from '../../src/evidence/nonce-tree.js';
import { test } from '../test.js';

const sha256 = async (bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(createHash('sha256').update(bytes).digest());

const nonceOf = (at: number): Uint8Array => new Uint8Array(32).fill(at + 1);

test('each nonce of a tree of any size is proved at its place and at no other', async (t) => {
  for (const size of [2, 3, 5, 8, 13, 33]) {
    const tree = new NonceTree(Array.from({ length: size }, (_, at) => nonceOf(at)));
    for (let index = 0; index < size; index += 1) {
      const proof = { root: tree.root, size, index, path: tree.pathOf(index) };
      t.true(await isProvenNonce(nonceOf(index), proof, sha256), `${index} of ${size}`);
      t.false(await isProvenNonce(nonceOf(index), { ...proof, index: index + 1 }, sha256));
      t.false(await isProvenNonce(nonceOf(index + 1), proof, sha256));
      const [first = new Uint8Array(32), ...rest] = proof.path;
      const changed = first.map((byte) => byte ^ 1);
      t.false(await isProvenNonce(nonceOf(index), { ...proof, path: [changed, ...rest] }, sha256));
      t.false(await isProvenNonce(nonceOf(index), { ...proof, path: rest }, sha256));
      t.false(
        await isProvenNonce(nonceOf(index), { ...proof, path: [...proof.path, first] }, sha256),
      );
    }
  }
});

test('a root that is shorter or longer than a hash proves nothing', async (t) => {
  const root = await sha256(Uint8Array.from([0, ...nonceOf(0)]));
  const proofOf = (bytes: Uint8Array) => ({ root: bytes, size: 1, index: 0, path: [] });
  t.true(await isProvenNonce(nonceOf(0), proofOf(root), sha256));
  for (const wrong of [new Uint8Array(0), root.subarray(0, 31), Uint8Array.from([...root, 0])]) {
    t.false(await isProvenNonce(nonceOf(0), proofOf(wrong), sha256), String(wrong.length));
  }
});
