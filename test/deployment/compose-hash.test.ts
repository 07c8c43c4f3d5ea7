/**
 * Tests that the compose hash covers the exact bytes, with genuine files and the measurements of
 * their machines.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from '../test.js';
import { ROOT } from './rendered.js';

const vectors = new URL('test/vectors/attestation/', ROOT);
const COMMAND = new URL('dist/scripts/compose-hash.js', ROOT).pathname;

type LogEvent = { readonly event: string; readonly event_payload: string };

function measuredHash(path: string): string {
  const file = JSON.parse(readFileSync(new URL(path, vectors), 'utf8')) as {
    event_log: string | LogEvent[];
  };
  const { event_log: log } = file;
  const events = typeof log === 'string' ? (JSON.parse(log) as LogEvent[]) : log;
  return events.find(({ event }) => event === 'compose-hash')?.event_payload ?? '';
}

function run(args: readonly string[], input: Uint8Array | string = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { input });
  return { status, out: stdout.toString(), err: stderr.toString() };
}

const GENUINE = [
  ['near-mpc-2026-08/app_compose.json', 'near-mpc-2026-08/tcb_info.json'],
  ['near-mpc-2026-01/app_compose.json', 'near-mpc-2026-01/tcb_info.json'],
  ['dstack-examples-rtmr3/app-compose.json', 'dstack-examples-rtmr3/report.json'],
] as const;

for (const [file, log] of GENUINE) {
  test(`${file} hashes to what its machine measured, from a file and from standard input`, (t) => {
    const path = new URL(file, vectors);
    const expected = measuredHash(log);
    t.regex(expected, /^[0-9a-f]{64}$/);
    t.like(run([path.pathname]), { status: 0, out: `${expected}\n` });
    const bytes = readFileSync(path);
    t.like(run(['-'], bytes), { status: 0, out: `${expected}\n` });
    t.not(run(['-'], Buffer.concat([bytes, Buffer.from('\n')])).out, `${expected}\n`);
  });
}

test('bytes that are not text are hashed unchanged', (t) => {
  const expected = 'a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89\n';
  t.like(run(['-'], Uint8Array.of(0xff)), { status: 0, out: expected });
});

test('usage and files have exit codes of their own', (t) => {
  t.is(run(['--help']).status, 0);
  for (const args of [[], ['a', 'b'], ['--json']]) t.is(run(args).status, 64, args.join(' '));
  t.is(run(['/nowhere/app-compose.json']).status, 2);
});
