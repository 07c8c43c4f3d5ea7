/**
 * Benches: `npm run bench -- bootstrap`, `sign`, `verify`, `limits`, `first-note`. Each prints a table and one line of JSON. Read the
 * ratios: both sides ran in this one process, in turns; the milliseconds are this machine's.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { benchBootstrap } from './bench/bootstrap.js';
import { benchFirstNote } from './bench/first-note.js';
import { benchLimits } from './bench/limits.js';
import { benchSign } from './bench/sign.js';
import { benchVerify } from './bench/verify.js';

const BENCHES = new Map([
  ['bootstrap', benchBootstrap],
  ['sign', benchSign],
  ['verify', benchVerify],
  ['limits', benchLimits],
  ['first-note', benchFirstNote],
]);

const USAGE = `Usage: npm run bench -- [${[...BENCHES.keys()].join(' | ')}]\n`;

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

const [name, ...rest] = process.argv.slice(2);
const chosen = name === undefined ? [...BENCHES] : [...BENCHES].filter(([known]) => known === name);
if (chosen.length === 0 || rest.length > 0) {
  const help = name === '--help';
  (help ? process.stdout : process.stderr).write(USAGE);
  process.exit(help ? 0 : 64);
}
for (const [bench, run] of chosen) {
  const result = await run((line) => process.stdout.write(`${line}\n`));
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? '', commit: commit() };
  process.stdout.write(`${JSON.stringify({ bench, ...machine, ...result })}\n`);
}
