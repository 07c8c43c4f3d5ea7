/**
 * Runs benchmarks: `npm run bench -- --help`. Each prints a table and one line of JSON. The ratios
 * are the result, because both sides run alternately in one invocation; everything else depends on
 * the machine.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { processConsole, runCommand, UsageError } from '../src/console/run-command.js';
import { type Bench, Started } from './bench/bench.js';
import { buildCommit } from './bench/build-commit.js';
import { findLosses } from './bench/check-ratios.js';

// Each bench is loaded only when it runs, because one of them needs a browser.
const BENCHES = new Map<string, () => Promise<Bench>>([
  ['bootstrap', async () => (await import('./bench/bootstrap.js')).benchBootstrap],
  ['sign', async () => (await import('./bench/sign.js')).benchSign],
  ['burst', async () => (await import('./bench/burst.js')).benchBurst],
  ['attest', async () => (await import('./bench/attest.js')).benchAttest],
  ['store', async () => (await import('./bench/store.js')).benchStore],
  ['costs', async () => (await import('./bench/costs.js')).benchCosts],
  ['capacity', async () => (await import('./bench/capacity.js')).benchCapacity],
  ['long-run', async () => (await import('./bench/long-run.js')).benchLongRun],
  ['verify', async () => (await import('./bench/verify.js')).benchVerify],
  ['limits', async () => (await import('./bench/limits.js')).benchLimits],
  ['first-note', async () => (await import('./bench/first-note.js')).benchFirstNote],
]);

const NAMES = [...BENCHES.keys()];

const USAGE = `Usage: npm run bench -- [${NAMES.join(' | ')}] [options]

Runs one bench, or all of them, and prints a table and one line of JSON for each.

  --seconds N       measure each point of a load for N seconds (default 3)
  --before COMMIT   build that commit, and measure it as well (sign, bootstrap, burst)
  --check           fail if a ratio is below 0.7 of the one in scripts/bench/baseline.json
  --write           write the ratios to scripts/bench/baseline.json, and costs to costs.json
  --help            print this text

Example: npm run bench -- sign --before HEAD~1
Exit codes: 0 measured, 1 a bench failed or lost against the baseline, 64 wrong usage.
`;

const OPTIONS = {
  seconds: { type: 'string', default: '3' },
  before: { type: 'string' },
  check: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
} as const;

type Ratios = Readonly<Record<string, number>>;

const BASELINE = new URL('../../scripts/bench/baseline.json', import.meta.url);

const readBaseline = (): Readonly<Record<string, Ratios>> =>
  JSON.parse(readFileSync(BASELINE, 'utf8')) as Readonly<Record<string, Ratios>>;

function writeBaseline(bench: string, measured: Ratios): void {
  // What another commit is compared with says nothing about the next invocation.
  const kept = Object.entries(measured).filter(([name]) => !name.endsWith(' of before'));
  const baseline = { ...readBaseline(), [bench]: Object.fromEntries(kept) };
  writeFileSync(BASELINE, `${JSON.stringify(baseline, undefined, 2)}\n`);
}

const COSTS = new URL('../../scripts/bench/costs.json', import.meta.url);

function writeCosts(costs: unknown): void {
  writeFileSync(COSTS, `${JSON.stringify(costs, undefined, 2)}\n`);
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

function parseSeconds(text: string): number {
  if (!/^[1-9][0-9]?$/.test(text)) throw new UsageError('--seconds takes a number from 1 to 99.');
  return Number(text);
}

const line = { usage: USAGE, options: OPTIONS, positionals: [0, 1] } as const;
const console = processConsole(process);

process.exitCode = await runCommand(line, console, async ({ values, positionals: [name] }) => {
  if (name !== undefined && !BENCHES.has(name)) throw new UsageError(`Unknown bench "${name}".`);
  const seconds = parseSeconds(values.seconds);
  const started = new Started();
  const losses: string[] = [];
  try {
    const build =
      values.before === undefined ? undefined : started.add(await buildCommit(values.before));
    const print = (text: string): void => console.write(`${text}\n`);
    for (const [bench, load] of BENCHES) {
      if (name !== undefined && name !== bench) continue;
      const run = await load();
      const result = await run({ print, seconds, before: build?.entry });
      const machine = { node: process.version, cpu: cpus()[0]?.model ?? '', commit: commit() };
      print(JSON.stringify({ bench, ...machine, ...result }));
      const { ratios = {} } = result;
      if (values.check) losses.push(...findLosses(bench, ratios, readBaseline()[bench]));
      if (values.write && Object.keys(ratios).length > 0) writeBaseline(bench, ratios);
      if (values.write && bench === 'costs') writeCosts(result['costs']);
    }
  } finally {
    await started.stop();
  }
  for (const loss of losses) console.complain(`${loss}\n`);
  return losses.length === 0 ? 0 : 1;
});
