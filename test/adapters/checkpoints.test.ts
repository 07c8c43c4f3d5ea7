/** Tests that a checkpoint that fails is visible, loses nothing, and is written later. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { openJsonStateStore } from '../../src/adapters/json-state-store.js';
import { nodeStoreFiles } from '../../src/adapters/json-store/node-store-files.js';
import type { StoreFiles } from '../../src/adapters/json-store/store-files.js';
import { put } from '../contracts/state-store.js';
import { test } from '../test.js';
import { until } from '../until.js';

/** Returns a store whose files are created in another way, and the failures of its checkpoints. */
async function prepareStore(
  t: ExecutionContext,
  create: StoreFiles['create'],
  tuning: { readonly checkpointBytes?: number } = {},
) {
  const dataDir = await mkdtemp(join(tmpdir(), 'sealwright-test-'));
  t.teardown(() => rm(dataDir, { recursive: true, force: true }));
  const failures: unknown[] = [];
  const onCheckpointFailure = (error: unknown): void => void failures.push(error);
  const files: StoreFiles = { ...nodeStoreFiles, create };
  const journal = { ...tuning, onCheckpointFailure };
  return { failures, open: () => openJsonStateStore(dataDir, { files, journal }) };
}

/** Opens a store whose documents cannot be written to files while `refuses` is set. */
async function openStore(t: ExecutionContext) {
  const state = { refuses: false };
  const create: StoreFiles['create'] = async (path) => {
    if (state.refuses && path.includes('/user/')) throw new Error('no space');
    return nodeStoreFiles.create(path);
  };
  return { state, ...(await prepareStore(t, create, { checkpointBytes: 600 })) };
}

const value = 'x'.repeat(200);

test('a checkpoint that fails is reported, and the store serves from its journal', async (t) => {
  const { state, failures, open } = await openStore(t);
  state.refuses = true;
  const store = await open();
  for (let at = 0; at < 4; at += 1) await store.commit([put(`u${at}`, 0, value)]);
  await until('the failure', () => failures.length > 0);
  t.is(await store.findFault(), undefined);
  t.is(await store.generationOf('user', 'u0'), 1);
  state.refuses = false;
  await store.close();
  const again = await open();
  t.is((await again.list('user', { limit: 10 })).length, 4);
  t.is(await again.generationOf('user', 'u3'), 1);
  await again.close();
});

test('a store whose journal is full is not writable, until a checkpoint succeeds', async (t) => {
  const { state, open } = await openStore(t);
  state.refuses = true;
  const store = await open();
  let committed = 0;
  const commit = async (): Promise<void> => {
    await store.commit([put(`u${committed}`, 0, value)]);
    committed += 1;
  };
  await t.throwsAsync(
    async () => {
      for (let tries = 0; tries < 50; tries += 1) await commit();
    },
    { code: 'ERR_STORE_UNAVAILABLE' },
  );
  t.true(committed > 4);
  t.is(await store.findFault(), 'journal-full');
  state.refuses = false;
  await commit();
  t.is(await store.findFault(), undefined);
  t.is((await store.list('user', { limit: 100 })).length, committed);
  await store.close();
});

/** Opens a store whose writes of the files of documents wait until `release` is called. */
async function openWaiting(t: ExecutionContext) {
  const created: string[] = [];
  const waiting: (() => void)[] = [];
  let fails = false;
  const { failures, open } = await prepareStore(t, async (path) => {
    if (!path.includes('/user/')) return nodeStoreFiles.create(path);
    created.push(path);
    await new Promise<void>((resolve) => waiting.push(resolve));
    if (fails && created.indexOf(path) === 0) throw new Error('no space');
    return nodeStoreFiles.create(path);
  });
  const store = await open();
  for (let at = 0; at < 12; at += 1) await store.commit([put(`u${at}`, 0, value)]);
  return {
    store,
    failures,
    created,
    failFirst: () => (fails = true),
    release: (count: number) => waiting.splice(0, count).forEach((resolve) => resolve()),
  };
}

test('a checkpoint writes several files at once, but not all of them', async (t) => {
  const { store, created, release } = await openWaiting(t);
  const closed = store.close();
  await until('four writes', () => created.length === 4);
  release(1);
  await until('the fifth write', () => created.length === 5);
  const releasing = setInterval(() => release(4), 1);
  await closed;
  clearInterval(releasing);
  t.is(created.length, 12);
});

test('a checkpoint that fails begins no other write, and ends after those under way', async (t) => {
  const { store, failures, created, failFirst, release } = await openWaiting(t);
  failFirst();
  const closed = store.close();
  await until('four writes', () => created.length === 4);
  release(1);
  // The three others are still under way, so the checkpoint has not failed yet.
  await new Promise((next) => setTimeout(next, 20));
  t.deepEqual(failures, []);
  t.is(created.length, 4);
  release(3);
  await closed;
  t.is(failures.length, 1);
  t.is(created.length, 4);
});
