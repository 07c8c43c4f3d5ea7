import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../scripts/stand-ins/node.js', import.meta.url));
const SECRET = 'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc';

type Run = { readonly child: ChildProcess; output(): string };

function run(t: ExecutionContext, ...args: string[]): Run {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return { child, output: () => output };
}

async function exitCode({ child }: Run): Promise<unknown> {
  const [code]: unknown[] = await once(child, 'close');
  return code;
}

async function listeningUrl(running: Run): Promise<string> {
  for (;;) {
    const found = /^listening (http:\/\/127\.0\.0\.1:[0-9]+)\n/.exec(running.output());
    if (found?.[1] !== undefined) return found[1];
    await once(running.child.stdout ?? running.child, 'data');
  }
}

test('the command prints its URL, serves there and ends on SIGTERM', async (t) => {
  const running = run(t, '--port', '0', '--secret', SECRET, '--clock', '1772366400000');
  const url = await listeningUrl(running);
  const info: unknown = await (await fetch(`${url}/info`)).json();
  t.like(info, { protocol: 1, nodeId: 'did:key:z6MkrTtdPR2vyCnytuChTWGCzKqhUTZywQu7wHH3LvEjHKzf' });
  running.child.kill('SIGTERM');
  t.is(await exitCode(running), 0);
});

test('the command prints its usage on request', async (t) => {
  const running = run(t, '--help');
  t.is(await exitCode(running), 0);
  t.regex(running.output(), /^Usage: npm run stand-in:node/);
});

const BAD_FLAGS: readonly (readonly string[])[] = [
  [],
  ['--port', 'x'],
  ['--port', '70000'],
  ['--port', '0', '--storage', 'mysql'],
  ['--port', '0', '--secret', 'short'],
  ['--port', '0', '--clock', 'noon'],
  ['--port', '0', '--latency-ms', '-1'],
  ['--port', '0', '--sql-threads', 'many'],
  ['--port', '0', '--fault', '/invoke=explode'],
  ['--port', '0', '--unknown'],
];

test('the command exits with 64 and its usage for an invalid flag', async (t) => {
  for (const flags of BAD_FLAGS) {
    const running = run(t, ...flags);
    t.is(await exitCode(running), 64, flags.join(' '));
    t.regex(running.output(), /\nUsage: /, flags.join(' '));
  }
});
