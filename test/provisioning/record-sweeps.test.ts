/** Tests when a start resumes the runs that an earlier process left. */
import { test } from '../test.js';
import { createRun } from '../../src/bootstrap/run.js';
import { RecordSweeps, type SweepPlace } from '../../src/provisioning/record-sweeps.js';
import { runIdOf, type RunFailure, type RunRecord } from '../../src/provisioning/run-record.js';
import { RunTurns } from '../../src/provisioning/run-turns.js';

const NOW_MS = 1_790_000_000_000;

const recordOf = (at: number, failure?: RunFailure): RunRecord => ({
  subject: { userId: 'u', keyId: `k-${at}`, chainId: 1, nodeOrigin: 'https://node.example' },
  run: createRun(new Uint8Array(32), NOW_MS - 1_000_000 + at),
  ...(failure === undefined ? {} : { failure }),
});

/** Sweeps these records, and collects what is started with which delay. */
function createScene(records: readonly RunRecord[], resumeWithinMs: number) {
  const started: { readonly id: string; readonly delayMs: number }[] = [];
  const planned = new Set<string>();
  const retried: number[] = [];
  let byte = 0;
  const context = {
    users: { find: async () => ({ bootstraps: {} }) },
    engine: {
      clock: () => NOW_MS,
      randomBytes: () => Uint8Array.of((byte = (byte + 97) % 256)),
    },
    settings: {
      resumeWithinMs,
      sweepEveryMs: 60_000,
      retryDelaysMs: [300_000],
      clockRetryMs: 600_000,
    },
  };
  const place = {
    context,
    records: {
      all: async function* () {
        yield* records;
      },
    },
    turns: new RunTurns(8, 1_000),
    background: { isPlanned: (id: string) => planned.has(id) },
    isActive: () => false,
    start: (subject: RunRecord['subject'], delayMs: number) => {
      planned.add(runIdOf(subject));
      started.push({ id: subject.keyId, delayMs });
    },
    retryAfter: (_subject: RunRecord['subject'], delayMs: number) => void retried.push(delayMs),
  };
  // The sweep uses nothing else of its place here.
  const sweeps = new RecordSweeps(place as unknown as SweepPlace);
  return { sweeps, started, retried, planned };
}

const numbered = (count: number): readonly RunRecord[] =>
  Array.from({ length: count }, (_, at) => recordOf(at));

test('a start spreads the runs that were left over a bounded time, in their order', async (t) => {
  for (const [count, withinMs] of [
    [1, 250],
    [20, 5_000],
    [400, 30_000],
  ] as const) {
    const { sweeps, started } = createScene(numbered(count), 30_000);
    t.is(await sweeps.sweep(), count);
    t.is(started.length, count);
    const delays = started.map(({ delayMs }) => delayMs);
    t.true(delays.every((delayMs) => delayMs > 0 && delayMs <= withinMs));
    t.deepEqual(
      started.map(({ id }) => id),
      numbered(count).map(({ subject }) => subject.keyId),
    );
    t.deepEqual(
      delays,
      delays.toSorted((a, b) => a - b),
    );
    const within = (second: number): number =>
      delays.filter((delayMs) => Math.floor(delayMs / 1_000) === second).length;
    const most = Math.max(...delays.map((delayMs) => within(Math.floor(delayMs / 1_000))));
    t.true(most <= Math.ceil((2_000 * count) / withinMs), `${most} of ${count} in one second`);
  }
});

test('a later sweep delays nothing', async (t) => {
  const { sweeps, started, planned } = createScene(numbered(3), 30_000);
  await sweeps.sweep();
  planned.clear();
  started.length = 0;
  await sweeps.sweep();
  t.deepEqual(
    started.map(({ delayMs }) => delayMs),
    [0, 0, 0],
  );
});

test('failed runs that are due are spread as well, and others wait for their time', async (t) => {
  const failed = (at: number, nextAttemptAtMs: number): RunRecord =>
    recordOf(at, { errorCode: 'tinycloud_bootstrap_x', retryable: true, nextAttemptAtMs });
  const records = [failed(0, NOW_MS - 5), failed(1, NOW_MS + 30_000), failed(2, NOW_MS + 90_000)];
  const { sweeps, started, retried } = createScene(records, 30_000);
  await sweeps.sweep();
  t.deepEqual(
    started.map(({ id }) => id),
    ['k-0'],
  );
  t.true((started[0]?.delayMs ?? 0) > 0);
  t.deepEqual(retried, [30_000]);
});
