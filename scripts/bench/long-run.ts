/**
 * Bench `long-run`: many signatures of one user, and many users with one signature each, against
 * the users and the store of the service. Memory must not grow with either once it is warm, and a
 * start must not take longer. Each case runs in a process of its own. `BENCH_SIGNATURES` sets the
 * number; with fewer than 100,000 users the caches are not full, and memory still grows.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { table } from '../../src/console/draw.js';
import { type Bench, ratioOf } from './bench.js';
import type { LongRun } from './long-run-process.js';

const SIGNATURES = 100_000;
const CASES = ['one-user', 'many-users'] as const;

/** Runs one case in a process of its own. */
export async function measureLongRun(
  name: (typeof CASES)[number],
  signatures: number,
): Promise<LongRun> {
  const script = new URL('long-run-process.js', import.meta.url).pathname;
  const args = ['--expose-gc', script, name, String(signatures)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as LongRun;
}

export const benchLongRun: Bench = async ({ print }) => {
  const signatures = Number(process.env['BENCH_SIGNATURES'] ?? SIGNATURES);
  const cases = new Map<string, LongRun>();
  for (const name of CASES) cases.set(name, await measureLongRun(name, signatures));
  const members = ['warmMb', 'endMb', 'emptyStartMs', 'startMs', 'entries'] as const;
  const rows = [...cases].map(([name, each]) => [name, ...members.map((it) => String(each[it]))]);
  for (const line of table([['long-run', ...members], ...rows])) print(line);
  const ratios = [...cases].map(
    ([name, { warmMb, endMb }]) =>
      [`${name}: warm memory, of that in the end`, ratioOf(warmMb, endMb)] as const,
  );
  return { ratios: Object.fromEntries(ratios), signatures, cases: Object.fromEntries(cases) };
};
