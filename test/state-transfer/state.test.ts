/** Tests that state is moved byte by byte, that a step can be interrupted, and what is refused. */
import { appendFile, mkdtemp, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/local/free-port.js';
import { openJsonStateStore } from '../../src/adapters/json-state-store.js';
import { openPostgresStateStore } from '../../src/adapters/postgres-state-store.js';
import { runState } from '../../src/state-transfer/run-state.js';
import { sharedServer, testWithPostgres } from '../adapters/postgres-server.js';
import { append, drop, put, readAll, remove } from '../contracts/state-store.js';
import { test } from '../test.js';

const freshDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'state-'));

/**
 * A directory with documents of several generations, removed ones, and a log without its beginning.
 */
async function filledDirectory(): Promise<string> {
  const dataDir = await freshDirectory();
  const store = await openJsonStateStore(dataDir);
  for (let index = 0; index < 40; index += 1) await store.commit([put(`u${index}`, 0, 'one')]);
  await store.commit([put('u3', 1, 'two'), append('user-u3', 1, 'a', 'b', 'c')]);
  await store.commit([put('u3', 2, 'three'), append('user-u3', 4, 'd'), drop('user-u3', 3)]);
  await store.commit([remove('u5', 1)]);
  await store.close();
  return dataDir;
}

async function run(args: readonly string[], databaseUrl?: string) {
  const said = { code: 0, out: '', err: '' };
  said.code = await runState({
    args,
    write: (text) => void (said.out += text),
    complain: (text) => void (said.err += text),
    databaseUrl,
    isTerminal: false,
  });
  return said;
}

/** The code that the first line of the complaint names. */
const codeOf = ({ err }: { readonly err: string }): string => err.slice(0, err.indexOf(':'));

const fileIn = async (): Promise<string> => join(await freshDirectory(), 'state.jsonl');

test('an exported directory is imported with the same bytes, generations and numbers', async (t) => {
  const from = await filledDirectory();
  const file = await fileIn();
  t.like(await run(['export', file, '--data-dir', from]), {
    code: 0,
    out: 'export: 39 documents and 2 entries of logs\n',
  });
  t.is((await stat(file)).mode & 0o777, 0o600);
  const to = await freshDirectory();
  t.is((await run(['import', file, '--data-dir', to])).code, 0);
  t.is((await run(['verify', file, '--data-dir', from])).code, 0);
  const store = await openJsonStateStore(to);
  t.is((await store.find('user', 'u3'))?.generation, 3);
  t.is(await store.find('user', 'u5'), undefined);
  t.deepEqual(await readAll(store, 'user-u3'), ['3:c', '4:d']);
  await store.commit([put('u3', 3, 'four'), append('user-u3', 5, 'e')]);
  await store.close();
  t.is(codeOf(await run(['verify', file, '--data-dir', to])), 'ERR_STATE_DIFFERS');
});

testWithPostgres('a directory is moved to a database and back', async (t) => {
  const from = await filledDirectory();
  const url = await (await sharedServer()).createDatabase();
  const [there, back] = [await fileIn(), await fileIn()];
  await run(['export', there, '--data-dir', from]);
  t.is((await run(['import', there, '--database'], url)).code, 0);
  t.is((await run(['import', there, '--database'], url)).code, 0);
  t.is((await run(['export', back, '--database'], url)).code, 0);
  const to = await freshDirectory();
  t.is((await run(['import', back, '--data-dir', to])).code, 0);
  t.is((await run(['verify', there, '--data-dir', to])).code, 0);
  const store = await openPostgresStateStore(url);
  await store.commit([put('u3', 3, 'four'), append('user-u3', 5, 'e')]);
  await store.close();
  t.like(await run(['verify', there, '--database'], url), { code: 1 });
  t.is(codeOf(await run(['import', there, '--database'], url)), 'ERR_STORE_CONFLICT');
});

test('an interrupted export continues, and the file is the same as without the interruption', async (t) => {
  const from = await filledDirectory();
  const [whole, file] = [await fileIn(), await fileIn()];
  await run(['export', whole, '--data-dir', from]);
  const text = await readFile(whole, 'utf8');
  for (const length of [0, 5, 30, Math.floor(text.length / 2), text.length - 1]) {
    const path = `${file}.${length}`;
    await writeFile(`${path}.part`, text.slice(0, length));
    t.is((await run(['export', path, '--data-dir', from])).code, 0, String(length));
    t.is(await readFile(path, 'utf8'), text, String(length));
  }
});

test('a file that is damaged, incomplete or longer is refused before anything is written', async (t) => {
  const from = await filledDirectory();
  const file = await fileIn();
  await run(['export', file, '--data-dir', from]);
  const text = await readFile(file, 'utf8');
  const to = await freshDirectory();
  const refused = async (): Promise<void> => {
    const said = await run(['import', file, '--data-dir', to]);
    t.is(said.code, 1);
    t.is(codeOf(said), 'ERR_STATE_FILE');
  };
  await truncate(file, text.length - 10);
  await refused();
  for (const changed of [text.replace('"u7"', '"u8"'), text.replace('v1', 'v2'), '']) {
    await writeFile(file, changed);
    await refused();
  }
  await writeFile(file, text);
  await appendFile(file, '["entry","l",1,"AA"]\n');
  await refused();
  const store = await openJsonStateStore(to);
  t.deepEqual(await store.list('user', { limit: 1 }), []);
  await store.close();
});

test('a directory that is missing is named, with what to do about it', async (t) => {
  const { code, err } = await run(['export', await fileIn(), '--data-dir', '/nowhere/at/all']);
  t.is(code, 1);
  t.is(
    err,
    'ERR_DATA_DIR: The data directory cannot be used.\n  /nowhere/at/all\n  missing\n' +
      '  Create the directory, or set DATA_DIR to one.\n',
  );
});

test('a file that cannot be read or written is named with the reason', async (t) => {
  const from = await filledDirectory();
  const missing = join(await freshDirectory(), 'none', 'state.jsonl');
  for (const step of ['export', 'import', 'verify']) {
    const { code, err } = await run([step, missing, '--data-dir', from]);
    t.is(code, 1);
    t.regex(
      err,
      /^\/\S+state\.jsonl(?:\.part)? cannot be read or written: it does not exist\n$/,
      step,
    );
  }
  const { code, err } = await run(['import', from, '--data-dir', from]);
  t.is(code, 1);
  t.is(err, `${from} cannot be read or written: it is a directory\n`);
});

test('a database that does not answer is named with the reason', async (t) => {
  const port = await freePort();
  const { code, err } = await run(
    ['export', await fileIn(), '--database'],
    `postgres://user:secret-word@127.0.0.1:${port}/x`,
  );
  t.is(code, 1);
  t.is(codeOf({ err }), 'ERR_STORE_UNAVAILABLE');
  t.true(err.endsWith(`\n  127.0.0.1:${port}: nothing listens there\n`), err);
  t.false(err.includes('secret-word'));
});

test('a directory in use, a file that exists and wrong usage are refused', async (t) => {
  const from = await filledDirectory();
  const file = await fileIn();
  const store = await openJsonStateStore(from);
  t.is(codeOf(await run(['export', file, '--data-dir', from])), 'ERR_DATA_DIR_LOCKED');
  await store.close();
  await writeFile(file, '');
  t.is(codeOf(await run(['export', file, '--data-dir', from])), 'ERR_STATE_FILE_EXISTS');
  for (const args of [
    ['export', file],
    ['move', file, '--database'],
    ['export', file, '--database'],
    ['export', file, '--database', '--data-dir', from],
  ]) {
    t.is((await run(args)).code, 64, args.join(' '));
  }
});
