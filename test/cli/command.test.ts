/**
 * Tests `npm run sign-in` as a person uses it: keys, arguments, exit codes, Ctrl-C, and its files.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { promptHidden } from '../../src/cli/command/prompt-hidden.js';
import { runSignIn } from '../../src/cli/command/run-sign-in.js';
import { proveFromOutside } from '../../src/account-check/prove-from-outside.js';
import type { ProofInput } from '../../src/account-check/proof.js';
import { SPACE_NAMES } from '../../src/bootstrap/account.js';
import { deriveBytes } from '../../src/protocol/hkdf.js';
import {
  createLocalWorld,
  type LocalPerson,
  type LocalWorld,
  newPerson,
  taskOf,
} from './local-world.js';

const ENTRY = new URL('../../scripts/sign-in.js', import.meta.url).pathname;

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
type Json = Readonly<Record<string, unknown>>;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

async function keyFileOf(t: ExecutionContext, { privateKey }: LocalPerson): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sealwright-key-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'key');
  await writeFile(path, `${hexOf(privateKey)}\n`, { mode: 0o600 });
  return path;
}

class Sink extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Runs the command in this process, without its signal handlers. */
async function run(
  args: readonly string[],
  more: { readonly environment?: NodeJS.ProcessEnv; readonly prompt?: () => Promise<string> } = {},
): Promise<Ended> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const { signal } = new AbortController();
  const code = await runSignIn({ args, environment: {}, stdout, stderr, signal, ...more });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

async function runProcess(
  args: readonly string[],
  { env = {}, onStart }: { readonly env?: object; readonly onStart?: (pid: number) => void } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
  });
  onStart?.(child.pid ?? 0);
  const [stdout, stderr] = [new Sink(), new Sink()];
  child.stdout.pipe(stdout);
  child.stderr.pipe(stderr);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout.text, stderr: stderr.text };
}

function argsFor(world: LocalWorld, keyFile?: string): readonly string[] {
  const args = ['--node', world.node.url, '--state', world.stateDirectory];
  return keyFile === undefined ? args : [...args, '--key-file', keyFile];
}

async function filesIn(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')),
  );
  return texts.join('\n');
}

test('a fresh account is set up line by line, and its session is written for other tools', async (t) => {
  const world = await createLocalWorld(t);
  const keyFile = await keyFileOf(t, newPerson());
  const out = `${keyFile}.session`;
  const { code, stdout, stderr } = await runProcess([...argsFor(world, keyFile), '--out', out]);
  t.is(code, 0, stderr);
  t.is([...stdout.matchAll(/ms {2}✓ /g)].length, 20);
  t.false(stdout.includes('\u001B'));
  t.is((await stat(out)).mode & 0o777, 0o600);
  const session = JSON.parse(await readFile(out, 'utf8')) as ProofInput;
  t.true((await proveFromOutside(session)).proved);
});

test('with --json standard output is one line of JSON, and the progress goes elsewhere', async (t) => {
  const world = await createLocalWorld(t);
  const keyFile = await keyFileOf(t, newPerson());
  const fresh = await run([...argsFor(world, keyFile), '--json']);
  t.is(fresh.code, 0);
  t.regex(fresh.stdout, /^[^\n]+\n$/);
  t.like(JSON.parse(fresh.stdout) as Json, {
    signedIn: true,
    activated: true,
    requests: 21,
    signatures: 11,
    bootstrap: { state: 'done', bootstrapSkipped: false, path: 'fresh', resumed: false },
  });
  t.is([...fresh.stderr.matchAll(/✓/g)].length, 20);
  const again = await run([...argsFor(world, keyFile), '--json']);
  t.like(JSON.parse(again.stdout) as Json, { bootstrap: { path: 'already-done' }, requests: 3 });
  const asking = await run([...argsFor(world, keyFile), '--json', '--interactive']);
  t.is(asking.code, 0);
  t.like(JSON.parse(asking.stdout) as Json, { bootstrap: { state: 'skipped' }, requests: 1 });
});

test('an incomplete account exits with 3, a failed sign-in with 1', async (t) => {
  const world = await createLocalWorld(t);
  const keyFile = await keyFileOf(t, newPerson());
  world.node.setFaults('/encryption/networks=status-400');
  const degraded = await run([...argsFor(world, keyFile), '--json']);
  t.is(degraded.code, 3);
  t.like(JSON.parse(degraded.stdout) as Json, {
    signedIn: true,
    bootstrap: { state: 'degraded', bootstrapSkipped: true, reason: 'ERR_NODE_REFUSED' },
  });
  const args = ['--key-file', keyFile, '--state', world.stateDirectory, '--json'];
  const down = await run([...args, '--node', 'http://127.0.0.1:1']);
  t.is(down.code, 3);
  t.like(JSON.parse(down.stdout) as Json, {
    activated: false,
    activationError: 'ERR_NODE_UNAVAILABLE',
  });
  const domain = await run([...argsFor(world, keyFile), '--json', '--domain', 'a b']);
  t.is(domain.code, 1);
  t.deepEqual(JSON.parse(domain.stdout), { signedIn: false, error: 'ERR_SIWE_INVALID' });
  const out = await run([...argsFor(world, keyFile), '--json', '--out', '/nowhere/session']);
  t.like(JSON.parse(out.stdout) as Json, { error: 'ERR_LOCAL_OUT' });
  t.true(out.stderr.includes('  /nowhere: it does not exist\n'), out.stderr);
});

test('a node URL must be an origin with https or on loopback', async (t) => {
  const keyFile = await keyFileOf(t, newPerson());
  for (const url of [
    'http://node.example',
    'http://127.0.0.1.example.com',
    'ftp://localhost',
    'https://user:secret-word@node.example',
    'https://node.example/path',
    'https://node.example?x',
    'node.example',
    '',
  ]) {
    const { code, stdout, stderr } = await run(['--node', url, '--key-file', keyFile, '--json']);
    t.is(code, 1, url);
    t.like(JSON.parse(stdout) as Json, { error: 'ERR_LOCAL_NODE_URL' }, url);
    t.false(stderr.includes('secret-word'), url);
  }
});

test('a key file must be small, contain one key and be readable only by its owner', async (t) => {
  const world = await createLocalWorld(t);
  const person = newPerson();
  const path = await keyFileOf(t, person);
  const codeOf = async (file: string): Promise<unknown> => {
    const { code, stdout } = await run([...argsFor(world, file), '--json']);
    t.is(code, 1);
    return (JSON.parse(stdout) as Json)['error'];
  };
  for (const mode of [0o640, 0o604, 0o620, 0o644, 0o777]) {
    await chmod(path, mode);
    t.is(await codeOf(path), 'ERR_LOCAL_KEY_FILE_MODE', mode.toString(8));
    await symlink(path, `${path}.${mode}`);
    t.is(await codeOf(`${path}.${mode}`), 'ERR_LOCAL_KEY_FILE_MODE');
  }
  await chmod(path, 0o600);
  t.is(await codeOf(`${path}.missing`), 'ERR_LOCAL_KEY_FILE');
  const missing = await run(argsFor(world, `${path}.missing`));
  t.true(missing.stdout.includes(`  ${path}.missing: it does not exist\n`), missing.stdout);
  t.is(await codeOf(tmpdir()), 'ERR_LOCAL_KEY_FILE');
  await writeFile(path, 'x'.repeat(5_000));
  t.is(await codeOf(path), 'ERR_LOCAL_KEY_FILE');
  await writeFile(path, hexOf(person.privateKey).slice(1));
  t.is(await codeOf(path), 'ERR_LOCAL_KEY_INVALID');
  t.is(world.node.requests.length, 0);
});

test('without a key file the key comes from the variable or the prompt', async (t) => {
  const world = await createLocalWorld(t);
  const person = newPerson();
  const environment: NodeJS.ProcessEnv = { SEALWRIGHT_LOCAL_KEY: `0x${hexOf(person.privateKey)}` };
  const byVariable = await run([...argsFor(world), '--json'], { environment });
  t.like(JSON.parse(byVariable.stdout) as Json, { address: person.signer.address });
  t.false('SEALWRIGHT_LOCAL_KEY' in environment);
  const prompt = async (): Promise<string> => hexOf(person.privateKey);
  const byPrompt = await run([...argsFor(world), '--json'], { prompt });
  t.like(JSON.parse(byPrompt.stdout) as Json, { address: person.signer.address });
  const none = await run([...argsFor(world), '--json']);
  t.is(none.code, 1);
  t.like(JSON.parse(none.stdout) as Json, { error: 'ERR_LOCAL_KEY_MISSING' });
});

test('after Ctrl-C, what the system said meanwhile is not given as the reason', async (t) => {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const args = ['--node', 'http://127.0.0.1:1', '--key-file', '/nowhere/key'];
  const given = { args, environment: {}, stdout, stderr };
  t.is(await runSignIn({ ...given, signal: AbortSignal.abort() }), 130);
  t.regex(stdout.text, /^not signed in: [^\n]+\(ERR_BOOTSTRAP_INTERRUPTED\)\n$/);
});

test('Ctrl-C before anything is signed cancels the sign-in', async (t) => {
  const world = await createLocalWorld(t);
  const [stdout, stderr] = [new Sink(), new Sink()];
  const stop = new AbortController();
  const prompt = async (): Promise<string> => {
    stop.abort();
    return '';
  };
  const args = [...argsFor(world), '--json'];
  const given = { args, environment: {}, stdout, stderr, prompt, signal: stop.signal };
  t.is(await runSignIn(given), 130);
  t.like(JSON.parse(stdout.text) as Json, { error: 'ERR_BOOTSTRAP_INTERRUPTED' });
  t.is(world.node.requests.length, 0);
});

test('the prompt does not echo', async (t) => {
  const raw: boolean[] = [];
  const typeIn = async (
    ...chunks: readonly string[]
  ): Promise<readonly [string, string, number]> => {
    const input = Object.assign(new PassThrough(), {
      setRawMode: (on: boolean) => raw.push(on),
    });
    const output = new Sink();
    let interrupts = 0;
    const asked = promptHidden(input, output, 'Key: ', () => {
      interrupts += 1;
    });
    for (const chunk of chunks) input.write(chunk);
    return [await asked, output.text, interrupts];
  };
  t.deepEqual(await typeIn('ab', 'x\u007Fc\r'), ['abc', 'Key: \n', 0]);
  t.deepEqual(await typeIn('abc\u0003'), ['', 'Key: \n', 1]);
  t.deepEqual(raw, [true, false, true, false]);
});

test('wrong usage exits with 64, help with 0, and a key in the arguments is refused without repeating it', async (t) => {
  const key = hexOf(newPerson().privateKey);
  const phrase = Array.from({ length: 12 }, () => 'abandon').join(' ');
  const node = ['--node', 'http://127.0.0.1:1'];
  const wrong = [
    [],
    ['--key-file', 'x'],
    [...node, '--timeout', '0'],
    [...node, '--timeout', 'soon'],
    [...node, '--chain', '-1'],
    [...node, '--chain', '1.5'],
    [...node, '--keyfile', 'x'],
    [...node, 'x'],
    [...node, key],
    [...node, '--key', `0x${key}`],
    [...node, `--key=${key}`],
    [...node, '--key-file', key],
    [...node, phrase],
  ];
  for (const args of wrong) {
    const { code, stdout, stderr } = await run(args);
    t.is(code, 64, args.join(' '));
    t.false(`${stdout}${stderr}`.includes(key));
    t.false(`${stdout}${stderr}`.includes(phrase));
  }
  const help = await run(['--help']);
  t.is(help.code, 0);
  for (const name of ['--key-file', '--json', '--state', '--out', 'SEALWRIGHT_LOCAL_KEY', '130']) {
    t.true(help.stdout.includes(name), name);
  }
});

for (const [task, phase] of [
  ['session:account', 'before'],
  ['records', 'before'],
  ['records', 'after'],
] as const) {
  test(`Ctrl-C ${phase} ${task} leaves a state that the next run completes`, async (t) => {
    const world = await createLocalWorld(t, { latencyMs: 20 });
    const person = newPerson();
    const { address } = person.signer;
    const keyFile = await keyFileOf(t, person);
    let pid = 0;
    let ended = (): void => undefined;
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    world.node.onRequest(async (at, record) => {
      if (at !== phase || taskOf(record) !== task) return;
      world.node.onRequest(undefined);
      process.kill(pid, 'SIGINT');
      await end;
      // The node has not received the request, so it must not take effect.
      if (phase === 'before') throw new Error('lost on the way');
    });
    const onStart = (started: number): void => void (pid = started);
    const first = await runProcess([...argsFor(world, keyFile), '--json'], { onStart });
    ended();
    t.is(first.code, 130, first.stderr);
    t.like(JSON.parse(first.stdout) as Json, {
      signedIn: true,
      bootstrap: { state: 'degraded', reason: 'ERR_BOOTSTRAP_INTERRUPTED' },
    });
    const second = await run([...argsFor(world, keyFile), '--json']);
    t.is(second.code, 0, second.stderr);
    const path = task === 'records' && phase === 'after' ? 'already-done' : undefined;
    t.like(JSON.parse(second.stdout) as Json, {
      bootstrap: { state: 'done', ...(path === undefined ? { resumed: true } : { path }) },
    });
    for (const [kind, cids] of world.planned(address)) t.is(cids.size, 1, kind);
    t.is(world.node.inspect.kv(`tinycloud:pkh:eip155:1:${address}:account`).size, 7);
    t.false(
      (await readdir(world.stateDirectory, { recursive: true })).some((name) =>
        name.endsWith('/run'),
      ),
    );
  });
}

test('a kill leaves a state that the next run completes', async (t) => {
  const world = await createLocalWorld(t);
  const person = newPerson();
  const keyFile = await keyFileOf(t, person);
  let pid = 0;
  world.node.onRequest(async (at, record) => {
    if (at !== 'after' || taskOf(record) !== 'network') return;
    world.node.onRequest(undefined);
    process.kill(pid, 'SIGKILL');
  });
  const killed = await runProcess(argsFor(world, keyFile), { onStart: (id) => void (pid = id) });
  t.is(killed.code, null);
  const { code, stdout } = await run([...argsFor(world, keyFile), '--json']);
  t.is(code, 0);
  t.like(JSON.parse(stdout) as Json, { bootstrap: { state: 'done', resumed: true } });
  const planned = world.planned(person.signer.address);
  t.is(planned.size, 10);
  for (const [kind, cids] of planned) t.is(cids.size, 1, kind);
});

test('no key is in any output, nor in any file except the session file', async (t) => {
  const world = await createLocalWorld(t);
  const person = newPerson();
  const keyFile = await keyFileOf(t, person);
  world.node.setFaults('/encryption/networks=status-400');
  const said: string[] = [];
  for (const flags of [[], ['--json'], ['--interactive'], ['--out', `${keyFile}.session`]]) {
    const { stdout, stderr } = await run([...argsFor(world, keyFile), ...flags]);
    said.push(stdout, stderr);
  }
  const files = await filesIn(world.stateDirectory);
  // The scan must find something: the address in the output, and the waiting run.
  t.true(said.join('').includes(person.signer.address));
  const salt = /"salt":"([^"]+)"/.exec(files)?.[1] ?? '';
  t.is(Buffer.from(salt, 'base64url').length, 32);
  const seed = deriveBytes(person.privateKey, [
    'sealwright.local-run.v1',
    new Uint8Array(Buffer.from(salt, 'base64url')),
  ]);
  const session = JSON.parse(await readFile(`${keyFile}.session`, 'utf8')) as ProofInput;
  const secrets = [
    person.privateKey,
    seed,
    new Uint8Array(Buffer.from(session.sessionSeed, 'hex')),
    ...SPACE_NAMES.map((name) => deriveBytes(seed, ['sealwright.session-key.v1', name])),
  ];
  for (const secret of secrets) {
    for (const form of ['hex', 'base64', 'base64url', 'latin1'] as const) {
      const text = Buffer.from(secret).toString(form);
      t.false(files.includes(text));
      t.false(said.join('').includes(text));
    }
  }
  t.false((await readFile(`${keyFile}.session`, 'utf8')).includes(hexOf(person.privateKey)));
});

test('state that cannot be written or read degrades the account and not the sign-in', async (t) => {
  const world = await createLocalWorld(t);
  const keyFile = await keyFileOf(t, newPerson());
  const reasonOf = async (state: string): Promise<unknown> => {
    const args = ['--node', world.node.url, '--key-file', keyFile, '--state', state, '--json'];
    const { code, stdout } = await run(args);
    t.is(code, 3);
    return ((JSON.parse(stdout) as Json)['bootstrap'] as Json)['reason'];
  };
  t.is(await reasonOf(join(keyFile, 'below-a-file')), 'ERR_LOCAL_STATE');
  const open = await mkdtemp(join(tmpdir(), 'sealwright-open-'));
  t.teardown(() => rm(open, { recursive: true, force: true }));
  await chmod(open, 0o777);
  t.is(await reasonOf(open), 'ERR_LOCAL_STATE');
  world.node.setFaults('/encryption/networks=status-400');
  t.is(await reasonOf(world.stateDirectory), 'ERR_NODE_REFUSED');
  world.node.setFaults('');
  const names = await readdir(world.stateDirectory, { recursive: true });
  const kept = join(world.stateDirectory, names.find((name) => name.endsWith('/run')) ?? '');
  t.is((await stat(kept)).mode & 0o777, 0o600);
  const text = await readFile(kept, 'utf8');
  for (const torn of ['', '{}', text.slice(0, -20), text.replace('"salt":"', '"salt":"A')]) {
    await writeFile(kept, torn);
    t.is(await reasonOf(world.stateDirectory), 'ERR_STATE_TAMPERED');
  }
  await writeFile(kept, text);
  t.is((await run([...argsFor(world, keyFile)])).code, 0);
});
