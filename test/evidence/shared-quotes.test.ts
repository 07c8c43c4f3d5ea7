/** How callers share quotes: who waits for whom, and what nobody waits for. */
import { SharedQuotes } from '../../src/evidence/shared-quotes.js';
import { codeOf } from '../protocol/code-of.js';
import { test } from '../test.js';

const BOUNDS = { atOnce: 2, waiting: 3, retryAfterMs: 1_000 };

/** A quoter whose quotes end when the test says so. */
function controlled() {
  const batches: { nonces: readonly string[]; end: (error?: Error) => void }[] = [];
  const quotes = new SharedQuotes<string>(
    (nonces) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error): void => {
          if (error === undefined) resolve(nonces.map((nonce) => `for ${nonce}`));
          else reject(error);
        };
        batches.push({ nonces, end });
      }),
    BOUNDS,
  );
  return { batches, quotes };
}

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('a nonce alone is quoted at once, and those that arrive meanwhile share the next quote', async (t) => {
  const { batches, quotes } = controlled();
  const asked = ['a', 'b', 'c', 'd', 'e'].map((nonce) => quotes.quote(nonce));
  t.deepEqual(
    batches.map(({ nonces }) => nonces),
    [['a'], ['b']],
  );
  batches[1]?.end();
  t.is(await asked[1], 'for b');
  await settled();
  t.deepEqual(batches[2]?.nonces, ['c', 'd', 'e']);
  batches[2]?.end();
  batches[0]?.end();
  t.deepEqual(await Promise.all(asked), ['for a', 'for b', 'for c', 'for d', 'for e']);
});

test('callers beyond the bound are refused at once, and a failed quote fails only those who share it', async (t) => {
  const { batches, quotes } = controlled();
  const asked = ['a', 'b', 'c', 'd', 'e'].map((nonce) => quotes.quote(nonce));
  t.is(
    codeOf(() => quotes.quote('f')),
    'ERR_ATTESTATION_BUSY',
  );
  batches[0]?.end(new RangeError('the enclave failed'));
  await t.throwsAsync(asked[0] ?? Promise.resolve(), { instanceOf: RangeError });
  await settled();
  t.deepEqual(batches[2]?.nonces, ['c', 'd', 'e']);
  batches[1]?.end();
  batches[2]?.end();
  t.deepEqual(await Promise.all(asked.slice(1)), ['for b', 'for c', 'for d', 'for e']);
});
