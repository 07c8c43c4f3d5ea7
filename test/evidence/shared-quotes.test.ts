/** How callers share quotes: who waits for whom, and what nobody waits for. */
import { SharedQuotes } from '../../src/evidence/shared-quotes.js';
import { codeOf } from '../protocol/code-of.js';
import { test } from '../test.js';

const BOUNDS = { atOnce: 2, waiting: 3, retryAfterMs: 1_000 };

/** A quoter whose quotes end, and whose time passes, when the test says so. */
function controlled() {
  let nowMs = 0;
  let tasks: { atMs: number; task: () => void }[] = [];
  const pass = (ms: number): void => {
    nowMs += ms;
    const due = tasks.filter(({ atMs }) => atMs <= nowMs);
    tasks = tasks.filter(({ atMs }) => atMs > nowMs);
    for (const { task } of due) task();
  };
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
    {
      monotonicMs: () => nowMs,
      schedule: (task, delayMs) => void tasks.push({ atMs: nowMs + delayMs, task }),
    },
  );
  return { batches, quotes, pass };
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

test('quotes at the same time begin evenly spaced, by what the last one took', async (t) => {
  const { batches, quotes, pass } = controlled();
  const begun = (): unknown => batches.slice(1).map(({ nonces }) => nonces.join(''));
  const ask = (...nonces: readonly string[]): Promise<unknown>[] =>
    nonces.map((nonce) => quotes.quote(nonce));
  const [first] = ask('-');
  pass(100);
  batches[0]?.end();
  await first;
  await settled();
  const asked = ask('a', 'b');
  t.deepEqual(begun(), ['a']);
  pass(49);
  asked.push(...ask('c'));
  t.deepEqual(begun(), ['a']);
  pass(1);
  t.deepEqual(begun(), ['a', 'bc']);
  asked.push(...ask('d'));
  pass(50);
  t.deepEqual(begun(), ['a', 'bc']);
  batches[1]?.end();
  await settled();
  t.deepEqual(begun(), ['a', 'bc', 'd']);
  batches[2]?.end();
  batches[3]?.end();
  t.deepEqual(
    await Promise.all(asked),
    ['a', 'b', 'c', 'd'].map((nonce) => `for ${nonce}`),
  );
});

test('a caller waits no longer than for a quote under way, however long the last one took', async (t) => {
  const { batches, quotes, pass } = controlled();
  const slow = quotes.quote('slow');
  pass(9_000);
  const quick = quotes.quote('quick');
  pass(10);
  batches[1]?.end();
  t.is(await quick, 'for quick');
  pass(990);
  batches[0]?.end(new RangeError('no quote in time'));
  await t.throwsAsync(slow, { instanceOf: RangeError });
  await settled();
  // The latest quote began a second ago, and the one that ended last took ten.
  const asked = [quotes.quote('a'), quotes.quote('b')];
  t.deepEqual(
    batches.slice(2).map(({ nonces }) => nonces),
    [['a']],
  );
  pass(100);
  batches[2]?.end();
  await settled();
  t.deepEqual(batches[3]?.nonces, ['b']);
  batches[3]?.end();
  t.deepEqual(await Promise.all(asked), ['for a', 'for b']);
});
