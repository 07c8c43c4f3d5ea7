import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '../test.js';
import { openJsonStateArchive } from '../../src/adapters/json-state-archive.js';
import { openJsonStateStore } from '../../src/adapters/json-state-store.js';
import { append, put, readAll, testStateStore } from '../contracts/state-store.js';

const freshDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'store-'));

testStateStore(test, 'JSON', async () => openJsonStateStore(await freshDirectory()));

async function filesOf(dataDir: string): Promise<readonly string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

test('a stop leaves each document in a file that only its owner may read, and no journal', async (t) => {
  const dataDir = await freshDirectory();
  const store = await openJsonStateStore(dataDir);
  await store.commit([put('a', 0, '\u0001\u0002\u0003'), append('l', 1, 'x', 'y')]);
  await store.close();
  const files = await filesOf(dataDir);
  t.is(files.length, 2);
  for (const path of files) t.is((await stat(path)).mode & 0o777, 0o600);
  const document = files.find((path) => path.endsWith('.json')) ?? '';
  t.deepEqual(JSON.parse(await readFile(document, 'utf8')), {
    version: 1,
    generation: 1,
    sealed: 'AQID',
  });
  const log = files.find((path) => path.endsWith('.jsonl')) ?? '';
  t.deepEqual((await readFile(log, 'utf8')).split('\n'), [
    '{"number":1,"sealed":"eA"}',
    '{"number":2,"sealed":"eQ"}',
    '',
  ]);
});

test('a file that is not a document is rejected without affecting others', async (t) => {
  const dataDir = await freshDirectory();
  const before = await openJsonStateStore(dataDir);
  await before.commit([put('a', 0, 'x')]);
  await before.close();
  const [path = ''] = await filesOf(dataDir);
  const store = await openJsonStateStore(dataDir);
  await store.commit([put('b', 0, 'y')]);
  for (const text of [
    '',
    '{',
    '[]',
    '{"version":1}',
    '{"version":1,"generation":1,"sealed":"A"}',
  ]) {
    await writeFile(path, text);
    await t.throwsAsync(store.find('user', 'a'), { code: 'ERR_STATE_TAMPERED' }, text);
  }
  t.is((await store.find('user', 'b'))?.generation, 1);
  await store.close();
});

test('a directory that is missing, is a file, or is not writable is rejected', async (t) => {
  const file = join(await freshDirectory(), 'file');
  await writeFile(file, '');
  const loop = `${file}-loop`;
  await symlink(loop, loop);
  const rows = [
    ['/nowhere/at/all', 'missing'],
    [join(file, 'below'), 'missing'],
    [file, 'not a directory'],
    [loop, 'unavailable'],
    ['/proc', 'read-only'],
  ] as const;
  for (const [dataDir, reason] of rows) {
    for (const open of [openJsonStateStore, openJsonStateArchive]) {
      const error = await t.throwsAsync(open(dataDir), { code: 'ERR_DATA_DIR' }, dataDir);
      t.like(error, { detail: { path: dataDir, reason } });
    }
  }
});

test('a path too long for its lock is rejected with the reason', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), `${'x'.repeat(100)}-`));
  const error = await t.throwsAsync(openJsonStateStore(dataDir), { code: 'ERR_DATA_DIR' });
  t.regex(JSON.stringify(error), /too long.*at most 92 bytes/);
});

test('a second store on a directory is rejected until the first is closed', async (t) => {
  const dataDir = await freshDirectory();
  const first = await openJsonStateStore(dataDir);
  await t.throwsAsync(openJsonStateStore(dataDir), { code: 'ERR_DATA_DIR_LOCKED' });
  await first.close();
  const second = await openJsonStateStore(dataDir);
  await second.close();
});

test('of many stores that open one directory at once, exactly one succeeds', async (t) => {
  const dataDir = await freshDirectory();
  const opened = await Promise.allSettled(
    Array.from({ length: 12 }, () => openJsonStateStore(dataDir)),
  );
  const stores = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  t.is(stores.length, 1);
  for (const store of stores) await store.close();
});

const CHILD = `
const { openJsonStateStore } = await import(process.argv[1]);
const store = await openJsonStateStore(process.argv[2]);
let generation = 0;
for (;;) {
  const sealed = new Uint8Array(4000).fill(generation % 251);
  await store.commit([
    { change: 'put', kind: 'user', id: 'a', expected: generation, sealed },
    { change: 'append', log: 'l', expected: generation + 1, sealed: [sealed] },
  ]);
  generation += 1;
  process.stdout.write(generation + '\\n');
}`;

test('a process that is killed while it writes loses no acknowledged write', async (t) => {
  const entry = new URL('../../src/adapters/json-state-store.js', import.meta.url).href;
  for (let round = 0; round < 6; round += 1) {
    const dataDir = await freshDirectory();
    const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, entry, dataDir]);
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.split('\n').length > 5 + 7 * round) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const acknowledged = Number(printed.split('\n').findLast((line) => line !== '') ?? 0);
    t.true(acknowledged > 0);
    const store = await openJsonStateStore(dataDir);
    const found = await store.find('user', 'a');
    t.true((found?.generation ?? 0) >= acknowledged);
    t.true(found?.sealed.every((byte) => byte === (found.generation - 1) % 251));
    t.is(await store.nextOf('l'), (found?.generation ?? 0) + 1);
    await store.close();
  }
});

test('a directory that accepts an empty file but no document is not writable', async (t) => {
  const dataDir = await freshDirectory();
  // A limit of 4 KiB per file simulates a full disk, on which an empty file still fits.
  const script = `
    import { openJsonStateStore } from '${new URL('../../src/adapters/json-state-store.js', import.meta.url).href}';
    try {
      const store = await openJsonStateStore(${JSON.stringify(dataDir)});
      console.log(await store.findFault());
    } catch (error) {
      console.log(error.code);
    }
  `;
  const limited = `ulimit -f 4; exec "$0" --input-type=module`;
  const { stdout } = spawnSync('bash', ['-c', limited, process.execPath], {
    input: script,
    encoding: 'utf8',
    timeout: 60_000,
  });
  t.is(stdout.trim(), 'ERR_DATA_DIR');
});

test('files without the name of a document are not listed', async (t) => {
  const dataDir = await freshDirectory();
  const store = await openJsonStateStore(dataDir);
  await store.commit([put('a', 0, 'x')]);
  await mkdir(join(dataDir, 'user', 'zz'), { recursive: true });
  for (const name of ['not a name.json', '..json', '.json', 'b.json.bak', 'ä.json', 'b.txt']) {
    await writeFile(join(dataDir, 'user', 'zz', name), '{}');
  }
  t.deepEqual(await store.list('user', { limit: 10 }), ['a']);
  await store.close();
});

test('the journal of a killed process is copied to files, and its entries can be read meanwhile', async (t) => {
  const dataDir = await freshDirectory();
  const entry = new URL('../../src/adapters/json-state-store.js', import.meta.url).href;
  const script = `
    const { openJsonStateStore } = await import(${JSON.stringify(entry)});
    const store = await openJsonStateStore(${JSON.stringify(dataDir)});
    await store.commit([
      { change: 'append', log: 'l', expected: 1, sealed: [new Uint8Array([120])] },
    ]);
    process.kill(process.pid, 'SIGKILL');
  `;
  spawnSync(process.execPath, ['--input-type=module'], { input: script, timeout: 60_000 });
  const store = await openJsonStateStore(dataDir);
  t.deepEqual(await readAll(store, 'l'), ['1:x']);
  await store.close();
  t.deepEqual(await readdir(join(dataDir, 'journal')), []);
  const again = await openJsonStateStore(dataDir);
  t.deepEqual(await readAll(again, 'l'), ['1:x']);
  await again.close();
});
