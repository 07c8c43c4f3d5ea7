/**
 * Bench `burst`: many people sign in for the first time at once, and one who has an account goes on
 * having messages signed. Every account must become complete without another signature, and every
 * answer must be a signature. How much longer than the budget the slowest one takes is a ratio. It
 * runs with a node without latency and with one of 100 ms. `BENCH_ACCOUNTS` sets the number of
 * people.
 */
import { table } from '../../src/console/draw.js';
import { type Bench, ratioOf, Started } from './bench.js';
import { sendAtOnce } from './measure-load.js';
import {
  appSignIn,
  createPerson,
  type Person,
  requestFor,
  setUpAccount,
  startPlace,
  startService,
} from './service-side.js';
import { startSigners } from './steady-signers.js';

const LATENCIES_MS = [0, 100];
const ACCOUNTS = 200;
const BUDGET_MS = 2_000;

type Measured = {
  readonly quietP99Ms: number;
  readonly busyP99Ms: number;
  readonly slowestAnswerMs: number;
  readonly wallMs: number;
};

const percentile = (values: readonly number[], part: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
};

/** Waits for an account that was requested, without another signature. */
async function untilComplete({ client, keyId }: Person): Promise<void> {
  for (;;) {
    const { status, errorCode } = await client.bootstrap(keyId);
    if (status === 'complete') return;
    if (status === 'none') throw new Error('burst: an account was not requested.');
    if (status === 'failed') throw new Error(`burst: an account failed: ${String(errorCode)}`);
    await new Promise((next) => setTimeout(next, 1_000));
  }
}

async function measure(latencyMs: number, accounts: number, seconds: number, entry?: string) {
  const started = new Started();
  try {
    const place = await startPlace(started, { latencyMs });
    const settings = { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: String(BUDGET_MS) };
    const { url } = await startService(started, 'service', place, { settings, entry });
    const signer = await createPerson(url);
    await setUpAccount(signer);
    const people: Person[] = [];
    for (let count = 0; count < accounts; count += 1) people.push(await createPerson(url));
    const requests = people.map((person) => requestFor(person, appSignIn(person)));
    const signing = { url, request: requestFor(signer, appSignIn(signer)) };
    const quietSigners = await startSigners(signing);
    await new Promise((next) => setTimeout(next, seconds * 1_000));
    const quiet = await quietSigners.stop();
    const busySigners = await startSigners(signing);
    const startedAtMs = performance.now();
    const slowestAnswerMs = await sendAtOnce({ name: 'burst', url, requests });
    for (const person of people) await untilComplete(person);
    const wallMs = Math.round(performance.now() - startedAtMs);
    const busy = await busySigners.stop();
    const measured: Measured = {
      quietP99Ms: percentile(quiet, 0.99),
      busyP99Ms: percentile(busy, 0.99),
      slowestAnswerMs: Math.round(slowestAnswerMs),
      wallMs,
    };
    return measured;
  } finally {
    await started.stop();
  }
}

export const benchBurst: Bench = async ({ print, seconds, before }) => {
  const accounts = Number(process.env['BENCH_ACCOUNTS'] ?? ACCOUNTS);
  const results = new Map<string, Measured>();
  for (const latencyMs of LATENCIES_MS) {
    results.set(`${latencyMs} ms`, await measure(latencyMs, accounts, seconds));
    if (before === undefined) continue;
    results.set(`before, ${latencyMs} ms`, await measure(latencyMs, accounts, seconds, before));
  }
  const head = ['burst', 'quiet p99 ms', 'p99 ms meanwhile', 'slowest answer ms', 'wall ms'];
  const rows = [...results].map(([name, each]) => [name, ...Object.values(each).map(String)]);
  for (const line of table([head, ...rows])) print(line);
  const ratios = LATENCIES_MS.flatMap((latencyMs) => {
    const {
      quietP99Ms = 0,
      busyP99Ms = 1,
      slowestAnswerMs = 1,
    } = results.get(`${latencyMs} ms`) ?? {};
    return [
      [`quiet p99 of that at ${latencyMs} ms`, ratioOf(quietP99Ms, busyP99Ms)],
      [`budget of the slowest answer at ${latencyMs} ms`, ratioOf(BUDGET_MS, slowestAnswerMs)],
    ];
  });
  return { ratios: Object.fromEntries(ratios), accounts, cases: Object.fromEntries(results) };
};
