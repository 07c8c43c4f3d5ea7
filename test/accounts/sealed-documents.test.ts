/** Sealed documents detect a rollback, and do not mistake a read beside a write for one. */
import { RememberedGenerations } from '../../src/accounts/remembered-generations.js';
import type { PlainChange } from '../../src/accounts/sealed-documents.js';
import { createMemoryDocuments, createMemoryStateStore } from '../memory-state-store.js';
import { test } from '../test.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * Creates documents in memory whose reads can be held, before the store looks a document up or
 * before it returns it.
 */
function createScene() {
  const store = createMemoryStateStore();
  let held: { readonly at: 'before' | 'after'; readonly over: Promise<void> } | undefined;
  async function holding<T>(read: () => Promise<T>): Promise<T> {
    const now = held;
    if (now?.at === 'before') await now.over;
    const found = await read();
    if (now?.at === 'after') await now.over;
    return found;
  }
  const documents = createMemoryDocuments({
    ...store,
    find: (kind, id) => holding(() => store.find(kind, id)),
    nextOf: (log) => holding(() => store.nextOf(log)),
    headOf: (...of) => holding(() => store.headOf(...of)),
  });
  /** Holds the reads that begin from now on. Returns a function that releases them. */
  const hold = (at: 'before' | 'after' = 'after'): (() => void) => {
    let release = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      release = resolve;
    });
    held = { at, over };
    return () => {
      held = undefined;
      release();
    };
  };
  return { documents, store, kept: store.documents, hold };
}

const put = (id: string, expected: number, plain: string): PlainChange => ({
  change: 'put',
  kind: 'user',
  id,
  expected,
  plain: utf8(plain),
});
const remove = (id: string, expected: number): PlainChange => ({
  change: 'remove',
  kind: 'user',
  id,
  expected,
});
const append = (log: string, expected: number, ...plain: string[]): PlainChange => ({
  change: 'append',
  log,
  expected,
  plain: plain.map(utf8),
});

test('a read that a commit overtakes returns what it read and reports no tampering', async (t) => {
  const { documents, hold } = createScene();
  await documents.commit([put('a', 0, 'one')]);
  const release = hold();
  const reading = documents.find('user', 'a');
  await documents.commit([put('a', 1, 'two')]);
  release();
  t.is((await reading)?.generation, 1);
  t.is((await documents.find('user', 'a'))?.generation, 2);
});

test('a rollback after an overtaken read is detected', async (t) => {
  const { documents, hold, kept } = createScene();
  await documents.commit([put('a', 0, 'one')]);
  const old = kept.get('user/a');
  const release = hold();
  const reading = documents.find('user', 'a');
  await documents.commit([put('a', 1, 'two')]);
  release();
  await reading;
  if (old !== undefined) kept.set('user/a', old);
  await t.throwsAsync(documents.find('user', 'a'), { code: 'ERR_STATE_TAMPERED' });
});

test('a read that a removal overtakes reports no tampering, then or later', async (t) => {
  const { documents, hold } = createScene();
  await documents.commit([put('a', 0, 'one')]);
  await documents.commit([put('a', 1, 'two')]);
  const release = hold();
  const [reading, reader] = [documents.find('user', 'a'), documents.find('user', 'a')];
  await documents.commit([remove('a', 2)]);
  release();
  t.is((await reading)?.generation, 2);
  await reader;
  t.is(await documents.find('user', 'a'), undefined);
  await documents.commit([put('a', 0, 'new')]);
  t.is((await documents.find('user', 'a'))?.generation, 1);
});

test('a read that finds a document just removed reports no tampering', async (t) => {
  const { documents, hold } = createScene();
  await documents.commit([put('a', 0, 'one')]);
  const release = hold('before');
  const reading = documents.find('user', 'a');
  await documents.commit([remove('a', 1)]);
  release();
  t.is(await reading, undefined);
});

test("a document that was rolled back or removed behind the service's back is detected", async (t) => {
  const { documents, kept } = createScene();
  await documents.commit([put('a', 0, 'one')]);
  const old = kept.get('user/a');
  await documents.commit([put('a', 1, 'two')]);
  if (old !== undefined) kept.set('user/a', old);
  await t.throwsAsync(documents.find('user', 'a'), { code: 'ERR_STATE_TAMPERED' });
  kept.delete('user/a');
  await t.throwsAsync(documents.find('user', 'a'), { code: 'ERR_STATE_TAMPERED' });
});

test('an entry of a log opens only in its log and at its number', async (t) => {
  const { documents, store } = createScene();
  await documents.commit([append('a', 1, 'one', 'two', 'three'), append('b', 1, 'other')]);
  const plain = async (log: string): Promise<readonly string[]> =>
    (await documents.readLog(log, 1, 9)).map((entry) => new TextDecoder().decode(entry.plain));
  t.deepEqual(await plain('a'), ['one', 'two', 'three']);
  const [one, two] = store.logs.get('a') ?? [];
  const [other] = store.logs.get('b') ?? [];
  if (one === undefined || two === undefined || other === undefined) return t.fail();
  for (const sealed of [two.sealed, other.sealed, one.sealed.slice(0, -1)]) {
    store.logs.set('a', [{ number: 1, sealed }]);
    await t.throwsAsync(plain('a'), { code: 'ERR_STATE_TAMPERED' });
  }
});

test('a log that was cut behind the back of the service is detected, and a dropped one is not mistaken for it', async (t) => {
  const { documents, store, hold } = createScene();
  await documents.commit([append('a', 1, 'one', 'two')]);
  const release = hold();
  const reading = documents.nextOf('a');
  await documents.commit([append('a', 3, 'three')]);
  release();
  t.is(await reading, 3);
  store.logs.set('a', (store.logs.get('a') ?? []).slice(0, -1));
  await t.throwsAsync(documents.nextOf('a'), { code: 'ERR_STATE_TAMPERED' });
  await documents.commit([{ change: 'drop', log: 'a', before: 4 }]);
  t.is(await documents.nextOf('a'), 1);
});

test('the head of a document and a log is rejected if either is older than seen', async (t) => {
  const { documents, kept, store, hold } = createScene();
  await documents.commit([put('a', 0, 'one'), append('a', 1, 'one')]);
  const [old, log] = [kept.get('user/a'), store.logs.get('a')];
  const release = hold();
  const reading = documents.headOf('user', 'a', 'a');
  await documents.commit([put('a', 1, 'two'), append('a', 2, 'two')]);
  release();
  t.deepEqual(await reading, { generation: 1, next: 2 });
  t.deepEqual(await documents.headOf('user', 'a', 'a'), { generation: 2, next: 3 });
  const [newest, whole] = [kept.get('user/a'), store.logs.get('a')];
  if (old === undefined || newest === undefined) return t.fail();
  kept.set('user/a', old);
  await t.throwsAsync(documents.headOf('user', 'a', 'a'), { code: 'ERR_STATE_TAMPERED' });
  kept.set('user/a', newest);
  store.logs.set('a', log ?? []);
  await t.throwsAsync(documents.headOf('user', 'a', 'a'), { code: 'ERR_STATE_TAMPERED' });
  store.logs.set('a', whole ?? []);
  t.deepEqual(await documents.headOf('user', 'a', 'a'), { generation: 2, next: 3 });
});

test('only a bounded number of recently used documents is remembered', (t) => {
  const remembered = new RememberedGenerations(3);
  for (const name of ['a', 'b', 'c']) remembered.note(name, 5);
  remembered.note('a', 4);
  remembered.note('d', 1);
  t.deepEqual(
    ['a', 'b', 'c', 'd'].map((name) => remembered.get(name)),
    [5, 0, 5, 1],
  );
});

test('on a shared store, what another replica removed is not a rollback, and a user never is', async (t) => {
  const store = createMemoryStateStore();
  const [a, b] = [createMemoryDocuments(store, true), createMemoryDocuments(store, true)];
  const change = (kind: string, expected: number): PlainChange => ({
    change: 'put',
    kind,
    id: 'x',
    expected,
    plain: utf8('x'),
  });
  const removal = (kind: string, expected: number): PlainChange => ({
    change: 'remove',
    kind,
    id: 'x',
    expected,
  });
  for (const kind of ['wallet-alias', 'review', 'user']) {
    await a.commit([change(kind, 0)]);
    await a.commit([change(kind, 1)]);
    await b.commit([removal(kind, 2)]);
  }
  t.is(await a.find('wallet-alias', 'x'), undefined);
  t.is(await a.find('review', 'x'), undefined);
  await t.throwsAsync(a.find('user', 'x'), { code: 'ERR_STATE_TAMPERED' });
  for (const kind of ['wallet-alias', 'review']) await b.commit([change(kind, 0)]);
  t.is((await a.find('wallet-alias', 'x'))?.generation, 1);
  await t.throwsAsync(a.find('review', 'x'), { code: 'ERR_STATE_TAMPERED' });
  await t.throwsAsync(a.generationOf('review', 'x'), { code: 'ERR_STATE_TAMPERED' });
});
