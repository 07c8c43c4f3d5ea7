/**
 * Runs all tests, and beside them the linter and the check of the formatting. The exit code is 0
 * where all of them pass.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { removeSuites, writeSuites } from './write-suites.js';

/** Runs a command and returns its exit code. */
async function run(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit' });
  const [code, signal] = await once(child, 'exit');
  if (typeof code === 'number') return code;
  console.error(`${command} was ended by ${String(signal)}`);
  return 1;
}

async function check(): Promise<number> {
  const lint = await run('npm', ['run', '-s', 'lint']);
  const format = await run('npm', ['run', '-s', 'format:check']);
  return lint === 0 ? format : lint;
}

const [checks, tests] = await Promise.all([check(), run('ava', writeSuites())]);
removeSuites();
if (checks !== 0)
  console.error('The linter or the check of the formatting failed: see its report above.');
process.exitCode = tests === 0 ? checks : tests;
