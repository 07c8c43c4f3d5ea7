/** Tests who counts as alive, and that clocks that differ have no effect. */
import { mock } from 'node:test';
import { bootDocumentsInUse, Replicas, TTL_MS } from '../../src/replicas/replicas.js';
import {
  createMemoryDocuments,
  createMemoryStateStore,
  type MemoryStateStore,
} from '../memory-state-store.js';
import { test } from '../test.js';

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);

/** Two replicas, whose clocks differ by a minute. */
function createScene() {
  const store = createMemoryStateStore();
  const state = { nowMs: 1_000_000 };
  const join = (id: string, shiftMs: number): Replicas =>
    new Replicas(createMemoryDocuments(store, true), () => state.nowMs + shiftMs, id, {
      bootStatementHash: id.repeat(4),
    });
  return { store, state, a: join(A, 0), b: join(B, 60_000), join };
}

test('a replica is alive while its document changes, whatever its clock says', async (t) => {
  const { store, state, a, b } = createScene();
  await Promise.all([a.start(), b.start()]);
  t.true(await a.isAlive(A));
  t.true(await a.isAlive(B));
  t.true(await b.isAlive(A));
  state.nowMs += TTL_MS - 1;
  t.true(await a.isAlive(B));
  state.nowMs += 1;
  t.false(await a.isAlive(B));
  const found = store.documents.get(`replica/${B}`);
  t.truthy(found);
  await Promise.all([a.stop(), b.stop()]);
});

test('a replica that stops is gone at once, and one that starts counts as alive', async (t) => {
  const { a, b, join } = createScene();
  t.false(await a.isAlive(B));
  await b.start();
  t.true(await a.isAlive(B));
  await b.stop();
  t.false(await a.isAlive(B));
  const again = join(B, 0);
  await again.start();
  t.true(await a.isAlive(B));
  await again.stop();
});

test('the first replica that is alive removes the documents of the others that are not', async (t) => {
  const { store, state, a, b } = createScene();
  await Promise.all([a.start(), b.start()]);
  t.true(await a.isFirst());
  t.false(await b.isFirst());
  state.nowMs += TTL_MS;
  t.true(await b.isFirst());
  t.false(store.documents.has(`replica/${A}`));
  await Promise.all([a.stop(), b.stop()]);
});

/** A replica that beats whenever the returned function is called, and what it reported. */
async function createBeating(store: MemoryStateStore) {
  mock.timers.enable({ apis: ['setInterval'] });
  const reports: string[] = [];
  const replica = new Replicas(
    createMemoryDocuments(store, true),
    () => 0,
    A,
    { bootStatementHash: 'x' },
    async () => void reports.push('older'),
  );
  await replica.start();
  const beat = async (): Promise<void> => {
    mock.timers.tick(2_000);
    await new Promise((done) => setImmediate(done));
  };
  return { replica, beat, reports };
}

const marker = (generation: number) => ({ generation, sealed: Uint8Array.of(1) });

test('a store that was restored to an older state is noticed with the next beat', async (t) => {
  t.teardown(() => mock.timers.reset());
  const store = createMemoryStateStore();
  store.documents.set('store/marker', marker(5));
  const { replica, beat, reports } = await createBeating(store);
  const backup = new Map(store.documents);
  await beat();
  t.is(store.documents.get(`replica/${A}`)?.generation, 2);
  t.deepEqual(reports, []);
  for (const [name, document] of backup) store.documents.set(name, document);
  await beat();
  t.deepEqual(reports, ['older']);
  t.is(store.documents.get(`replica/${A}`)?.generation, 1, 'it does not continue on that store');
  await replica.stop();
});

test('a slow store does not look older while several beats are due', async (t) => {
  t.teardown(() => mock.timers.reset());
  const store = createMemoryStateStore();
  store.documents.set('store/marker', marker(5));
  const { replica, beat, reports } = await createBeating(store);
  const generationOf = store.generationOf.bind(store);
  const reads: (() => void)[] = [];
  store.generationOf = async (kind, id) => {
    const generation = await generationOf(kind, id);
    await new Promise<void>((done) => reads.push(done));
    return generation;
  };
  await beat();
  store.documents.set('store/marker', marker(6));
  await beat();
  // The first read ends last, after everything that another beat may have done meanwhile.
  for (const kept of [1, 0]) {
    for (let round = 0; round < 6; round += 1) {
      while (reads.length > kept) reads.pop()?.();
      await new Promise((done) => setImmediate(done));
    }
  }
  t.deepEqual(reports, []);
  t.is(store.documents.get(`replica/${A}`)?.generation, 2, 'one beat at a time');
  store.generationOf = generationOf;
  await replica.stop();
});

test('a store from before the start of a replica is noticed by its marker', async (t) => {
  t.teardown(() => mock.timers.reset());
  for (const older of [marker(4), undefined]) {
    const store = createMemoryStateStore();
    store.documents.set('store/marker', marker(5));
    const { replica, beat, reports } = await createBeating(store);
    store.documents.clear();
    if (older !== undefined) store.documents.set('store/marker', older);
    await beat();
    t.deepEqual(reports, ['older']);
    await replica.stop();
    mock.timers.reset();
  }
});

test('a replica whose document another one removed goes on', async (t) => {
  t.teardown(() => mock.timers.reset());
  const store = createMemoryStateStore();
  const { replica, beat, reports } = await createBeating(store);
  await beat();
  store.documents.delete(`replica/${A}`);
  await beat();
  await beat();
  t.deepEqual(reports, []);
  t.is(store.documents.get(`replica/${A}`)?.generation, 2);
  await replica.stop();
});

test('the boot documents of replicas are in use until the replicas stop', async (t) => {
  const { store, a } = createScene();
  await a.start();
  t.deepEqual([...(await bootDocumentsInUse(createMemoryDocuments(store, true)))], [A.repeat(4)]);
  await a.stop();
  t.deepEqual([...(await bootDocumentsInUse(createMemoryDocuments(store, true)))], []);
});
