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

test('quotes at the same time begin evenly spaced, by what the shortest of the latest took', async (t) => {
  const { batches, quotes, pass } = controlled();
  const begun = (): unknown => batches.slice(3).map(({ nonces }) => nonces.join(''));
  const ask = (...nonces: readonly string[]): Promise<unknown>[] =>
    nonces.map((nonce) => quotes.quote(nonce));
  // One that the process noticed in time, one that it noticed late, and one that failed early.
  for (const [at, ms] of [100, 190, 1].entries()) {
    const [alone] = ask('-');
    pass(ms);
    batches[at]?.end(ms === 1 ? new RangeError('the enclave failed') : undefined);
    await Promise.allSettled([alone]);
    await settled();
  }
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
  batches[3]?.end();
  await settled();
  t.deepEqual(begun(), ['a', 'bc', 'd']);
  batches[4]?.end();
  batches[5]?.end();
  t.deepEqual(
    await Promise.all(asked),
    ['a', 'b', 'c', 'd'].map((nonce) => `for ${nonce}`),
  );
});

test('a caller does not wait while no quote is under way, however early the last one failed', async (t) => {
  const { batches, quotes, pass } = controlled();
  const first = quotes.quote('first');
  pass(100);
  batches[0]?.end();
  await first;
  await settled();
  const failed = quotes.quote('failed');
  pass(1);
  batches[1]?.end(new RangeError('the enclave failed'));
  await t.throwsAsync(failed, { instanceOf: RangeError });
  await settled();
  // The latest quote began a millisecond ago, and the shortest one took a hundred.
  const next = quotes.quote('next');
  t.deepEqual(batches[2]?.nonces, ['next']);
  batches[2]?.end();
  t.is(await next, 'for next');
});

test('the spacing follows an enclave that has become slower', async (t) => {
  const { batches, quotes, pass } = controlled();
  for (const [at, ms] of [10, ...Array<number>(8).fill(100)].entries()) {
    const alone = quotes.quote('-');
    pass(ms);
    batches[at]?.end();
    await alone;
    await settled();
  }
  const asked = [quotes.quote('a'), quotes.quote('b')];
  pass(49);
  asked.push(quotes.quote('c'));
  t.deepEqual(batches[9]?.nonces, ['a']);
  pass(1);
  t.deepEqual(batches[10]?.nonces, ['b', 'c']);
  for (const { end } of batches) end();
  t.deepEqual(await Promise.all(asked), ['for a', 'for b', 'for c']);
});
