/**
 * Runs benchmarks: `npm run bench -- --help`. Each prints a table and one line of JSON. The ratios
 * are the result, because both sides run alternately in this one process; the milliseconds depend
 * on the machine.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { processConsole, runCommand, UsageError } from '../src/console/run-command.js';

// Each bench is loaded only when it runs, because one of them needs a browser.
const BENCHES = new Map([
  ['bootstrap', async () => (await import('./bench/bootstrap.js')).benchBootstrap],
  ['sign', async () => (await import('./bench/sign.js')).benchSign],
  ['store', async () => (await import('./bench/store.js')).benchStore],
  ['verify', async () => (await import('./bench/verify.js')).benchVerify],
  ['limits', async () => (await import('./bench/limits.js')).benchLimits],
  ['first-note', async () => (await import('./bench/first-note.js')).benchFirstNote],
]);

const NAMES = [...BENCHES.keys()];

const USAGE = `Usage: npm run bench -- [${NAMES.join(' | ')}]

Runs one bench, or all of them, and prints a table and one line of JSON for each.

  --help   print this text

Example: npm run bench -- sign
Exit codes: 0 measured, 1 a bench failed, 64 wrong usage.
`;

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

const line = { usage: USAGE, options: {}, positionals: [0, 1] } as const;
const console = processConsole(process);

process.exitCode = await runCommand(line, console, async ({ positionals: [name] }) => {
  if (name !== undefined && !BENCHES.has(name)) throw new UsageError(`Unknown bench "${name}".`);
  for (const [bench, load] of BENCHES) {
    if (name !== undefined && name !== bench) continue;
    const run = await load();
    const result = await run((text) => console.write(`${text}\n`));
    const machine = { node: process.version, cpu: cpus()[0]?.model ?? '', commit: commit() };
    console.write(`${JSON.stringify({ bench, ...machine, ...result })}\n`);
  }
  return 0;
});
