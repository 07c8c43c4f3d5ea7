import fc from 'fast-check';
import { openWasmHashes, requireEqualHashes } from '../../src/adapters/wasm-hashes.js';
import { JAVASCRIPT_HASHES } from '../../src/protocol/hashes.js';
import { codeOf } from '../protocol/code-of.js';
import { test } from '../test.js';

test('WebAssembly returns the digests of the JavaScript implementation', async (t) => {
  const hashes = await openWasmHashes();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => {
      t.deepEqual(hashes.keccak256(bytes), JAVASCRIPT_HASHES.keccak256(bytes));
      t.deepEqual(hashes.blake3(bytes), JAVASCRIPT_HASHES.blake3(bytes));
    }),
    { numRuns: 200, seed: 1 },
  );
});

test('a digest that was returned is not overwritten by the next one', async (t) => {
  const hashes = await openWasmHashes();
  for (const name of ['keccak256', 'blake3'] as const) {
    const first = hashes[name](Uint8Array.of(1));
    const kept = first.slice();
    hashes[name](Uint8Array.of(2));
    t.deepEqual(first, kept);
  }
});

test('an implementation with one wrong digest does not pass the self-test', (t) => {
  for (const name of ['keccak256', 'blake3'] as const) {
    for (const length of [0, 136, 1_025]) {
      const wrong = (bytes: Uint8Array): Uint8Array => {
        const digest = JAVASCRIPT_HASHES[name](bytes);
        if (bytes.length === length) digest[31] = (digest[31] ?? 0) ^ 1;
        return digest;
      };
      const broken = { ...JAVASCRIPT_HASHES, [name]: wrong };
      t.is(
        codeOf(() => requireEqualHashes(broken)),
        'ERR_HASHES_SELF_TEST',
      );
    }
  }
  t.notThrows(() => requireEqualHashes(JAVASCRIPT_HASHES));
});
