/** The tree of nonces that share a quote, and the verifier's check of its proofs. */
import fc from 'fast-check';
import { isIncluded } from '../../attestation/binding/inclusion-proof.js';
import { NonceTree } from '../../src/evidence/nonce-tree.js';
import { test } from '../test.js';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

/** The published vectors of Certificate Transparency, whose tree is the one of RFC 9162. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(bytes);
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const leavesOf = (size: number): readonly Uint8Array[] =>
  Array.from({ length: size }, (_, at) => new Uint8Array(32).fill(at + 1));

test('the roots are those of the published vectors', (t) => {
  for (const [at, root] of ROOTS.entries()) {
    t.is(hex(new NonceTree(LEAVES.slice(0, at + 1)).root), root);
  }
});

test('each leaf of a tree of any size is included at its place and at no other', (t) => {
  for (let size = 1; size <= 33; size += 1) {
    const leaves = leavesOf(size);
    const tree = new NonceTree(leaves);
    for (const [index, leaf] of leaves.entries()) {
      const path = tree.pathOf(index);
      t.true(isIncluded(leaf, { index, path }, tree), `${index} of ${size}`);
      for (let other = 0; other < size + 2; other += 1) {
        if (other !== index) t.false(isIncluded(leaf, { index: other, path }, tree));
      }
    }
  }
});

test('a proof that is changed anywhere is rejected', (t) => {
  const anyCase = fc
    .integer({ min: 2, max: 40 })
    .chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat(), fc.nat(255)));
  const holds = fc.property(anyCase, ([size, index, place, change]) => {
    const leaves = leavesOf(size);
    const tree = new NonceTree(leaves);
    const path = tree.pathOf(index);
    const leaf = leaves[index] ?? new Uint8Array(32);
    const sibling = path[place % path.length]?.slice() ?? new Uint8Array(32);
    sibling[place % 32] = (sibling[place % 32] ?? 0) ^ (change || 1);
    const changed = path.with(place % path.length, sibling);
    t.false(isIncluded(leaf, { index, path: changed }, tree));
    t.false(isIncluded(leaf, { index, path: path.slice(1) }, tree));
    t.false(isIncluded(leaf, { index, path: [...path, sibling] }, tree));
    t.false(isIncluded(sibling, { index, path }, tree));
    // A tree of another size has another root, and so must its proofs.
    const other = new NonceTree(leavesOf(size + 1));
    t.false(isIncluded(leaf, { index, path }, other));
  });
  fc.assert(holds, { seed: 20_261_128, numRuns: 300 });
});

test('the root of a subtree does not pass as a leaf', (t) => {
  const leaves = leavesOf(4);
  const tree = new NonceTree(leaves);
  const [, upper] = tree.pathOf(0);
  t.false(
    isIncluded(upper ?? new Uint8Array(32), { index: 1, path: tree.pathOf(0).slice(1) }, tree),
  );
});
