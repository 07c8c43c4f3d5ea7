/**
 * What every store of sealed state must do. The test of an adapter passes a way to open a fresh
 * one.
 */
import type { StateStore, StoreChange } from '../../src/accounts/state-store.js';
import type { ExecutionContext } from 'ava';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (sealed: Uint8Array | undefined): string => new TextDecoder().decode(sealed);

export const put = (id: string, expected: number, sealed: string): StoreChange => ({
  change: 'put',
  kind: 'user',
  id,
  expected,
  sealed: bytes(sealed),
});
export const remove = (id: string, expected: number): StoreChange => ({
  change: 'remove',
  kind: 'user',
  id,
  expected,
});
export const append = (log: string, expected: number, ...sealed: string[]): StoreChange => ({
  change: 'append',
  log,
  expected,
  sealed: sealed.map(bytes),
});
export const drop = (log: string, before: number): StoreChange => ({ change: 'drop', log, before });

/** Returns the entries of a log as texts. */
export async function readAll(store: StateStore, log: string): Promise<readonly string[]> {
  const entries = await store.readLog(log, 1, 10_000);
  return entries.map(({ number, sealed }) => `${number}:${text(sealed)}`);
}

const CONFLICT = { code: 'ERR_STORE_CONFLICT' };

/** Declares a test, or skips it if what the store needs is missing. */
type DeclareTest = (title: string, body: (t: ExecutionContext) => Promise<void>) => void;

export function testStateStore(
  test: DeclareTest,
  name: string,
  open: () => Promise<StateStore>,
): void {
  test(`${name}: a document that was committed is found, and none that was not`, async (t) => {
    const store = await open();
    t.is(await store.find('user', 'a'), undefined);
    t.is(await store.generationOf('user', 'a'), 0);
    await store.commit([put('a', 0, 'one')]);
    t.deepEqual(await store.find('user', 'a'), { generation: 1, sealed: bytes('one') });
    t.is(await store.generationOf('user', 'a'), 1);
    t.is(await store.find('other', 'a'), undefined);
    await store.close();
  });

  test(`${name}: a commit at another generation rejects and changes nothing`, async (t) => {
    const store = await open();
    await store.commit([put('a', 0, 'one')]);
    for (const expected of [0, 2]) {
      await t.throwsAsync(store.commit([put('a', expected, 'x')]), CONFLICT);
      await t.throwsAsync(store.commit([remove('a', expected)]), CONFLICT);
    }
    t.is(text((await store.find('user', 'a'))?.sealed), 'one');
    await store.close();
  });

  test(`${name}: of many commits at one generation exactly one succeeds`, async (t) => {
    const store = await open();
    const settled = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) =>
        store.commit([put('a', 0, String(at)), append('l', 1, String(at))]),
      ),
    );
    const [winner = -1, ...others] = settled.flatMap(({ status }, at) =>
      status === 'fulfilled' ? [at] : [],
    );
    t.deepEqual(others, []);
    t.is(text((await store.find('user', 'a'))?.sealed), String(winner));
    t.deepEqual(await readAll(store, 'l'), [`1:${winner}`]);
    await store.close();
  });

  test(`${name}: a commit has all of its effects or none`, async (t) => {
    const store = await open();
    await store.commit([put('a', 0, 'one'), append('l', 1, 'x')]);
    const commits: readonly StoreChange[][] = [
      [put('a', 1, 'two'), append('l', 1, 'y')],
      [put('a', 0, 'two'), append('l', 2, 'y')],
      [put('b', 0, 'new'), remove('a', 7)],
      [
        append('l', 2, 'y'),
        drop('m', 9),
        { change: 'require', kind: 'user', id: 'a', expected: 2 },
      ],
      [put('b', 0, 'new'), { change: 'require', kind: 'user', id: 'c', expected: 1 }],
    ];
    for (const commit of commits) await t.throwsAsync(store.commit(commit), CONFLICT);
    t.is(text((await store.find('user', 'a'))?.sealed), 'one');
    t.is(await store.find('user', 'b'), undefined);
    t.deepEqual(await readAll(store, 'l'), ['1:x']);
    await store.close();
  });

  test(`${name}: a conflict of one commit does not affect others that wait with it`, async (t) => {
    const store = await open();
    // Commits that overlap may take effect in any order, so none of these builds on another one.
    const [first, conflict, last] = await Promise.allSettled([
      store.commit([put('a', 0, 'a'), append('l', 1, '1')]),
      store.commit([put('b', 3, 'b'), append('m', 1, '2')]),
      store.commit([put('c', 0, 'c'), append('n', 1, '3')]),
    ]);
    t.is(first.status, 'fulfilled');
    t.like(conflict, { status: 'rejected', reason: CONFLICT });
    t.is(last.status, 'fulfilled');
    const logs = await Promise.all(['l', 'm', 'n'].map((log) => readAll(store, log)));
    t.deepEqual(logs, [['1:1'], [], ['1:3']]);
    await store.close();
  });

  test(`${name}: a commit that requires a document succeeds at its generation alone`, async (t) => {
    const store = await open();
    const requiring = (expected: number): StoreChange[] => [
      { change: 'require', kind: 'user', id: 'a', expected },
      append('l', 1, 'x'),
    ];
    await t.throwsAsync(store.commit(requiring(1)), CONFLICT);
    await store.commit([put('a', 0, 'one')]);
    await t.throwsAsync(store.commit(requiring(0)), CONFLICT);
    await store.commit(requiring(1));
    t.is(await store.generationOf('user', 'a'), 1);
    t.deepEqual(await readAll(store, 'l'), ['1:x']);
    await store.close();
  });

  test(`${name}: entries of a log have consecutive numbers and are read in ranges`, async (t) => {
    const store = await open();
    t.is(await store.nextOf('l'), 1);
    await store.commit([append('l', 1, 'a', 'b')]);
    for (let number = 3; number <= 200; number += 1) {
      await store.commit([append('l', number, String(number))]);
    }
    await t.throwsAsync(store.commit([append('l', 200, 'x')]), CONFLICT);
    await t.throwsAsync(store.commit([append('l', 202, 'x')]), CONFLICT);
    t.is(await store.nextOf('l'), 201);
    const range = await store.readLog('l', 60, 80);
    t.deepEqual(
      range.map(({ number }) => number),
      Array.from({ length: 80 }, (_, at) => 60 + at),
    );
    t.is(text(range[10]?.sealed), '70');
    t.deepEqual(await store.readLog('l', 201, 5), []);
    t.deepEqual(await store.readLog('other', 1, 5), []);
    await store.close();
  });

  test(`${name}: where a document and a log stand is read at once`, async (t) => {
    const store = await open();
    t.deepEqual(await store.headOf('user', 'a', 'l'), { generation: 0, next: 1 });
    await store.commit([put('a', 0, 'one'), append('l', 5, 'x', 'y')]);
    await store.commit([put('a', 1, 'two')]);
    t.deepEqual(await store.headOf('user', 'a', 'l'), { generation: 2, next: 7 });
    t.deepEqual(await store.headOf('user', 'b', 'l'), { generation: 0, next: 7 });
    t.deepEqual(await store.headOf('user', 'a', 'm'), { generation: 2, next: 1 });
    await store.close();
  });

  test(`${name}: dropped entries are gone, and a log whose entries are all dropped begins anew`, async (t) => {
    const store = await open();
    await store.commit([append('l', 7, 'a', 'b', 'c')]);
    await store.commit([append('l', 10, 'd'), drop('l', 9)]);
    t.deepEqual(await readAll(store, 'l'), ['9:c', '10:d']);
    t.is(await store.nextOf('l'), 11);
    await store.commit([drop('l', 11)]);
    t.deepEqual(await readAll(store, 'l'), []);
    t.is(await store.nextOf('l'), 1);
    await store.commit([append('l', 1, 'z')]);
    t.deepEqual(await readAll(store, 'l'), ['1:z']);
    await store.close();
  });

  test(`${name}: ids are listed in order and in pages, without removed ones`, async (t) => {
    const store = await open();
    const ids = ['b', 'a', 'C', 'd', '_', '0', 'bb'];
    for (const id of ids) await store.commit([put(id, 0, id)]);
    await store.commit([remove('b', 1)]);
    const listed: string[] = [];
    let page = await store.list('user', { limit: 2 });
    while (page.length > 0) {
      t.true(page.length <= 2);
      listed.push(...page);
      page = await store.list('user', { after: page.at(-1), limit: 2 });
    }
    t.deepEqual(listed, ['0', 'C', '_', 'a', 'bb', 'd']);
    t.deepEqual(await store.list('other', { limit: 9 }), []);
    t.is(await store.find('user', 'b'), undefined);
    await store.close();
  });

  test(`${name}: a removed document can be created again`, async (t) => {
    const store = await open();
    await store.commit([put('a', 0, 'one')]);
    await store.commit([remove('a', 1)]);
    await t.throwsAsync(store.commit([put('a', 1, 'x')]), CONFLICT);
    await store.commit([put('a', 0, 'two')]);
    t.is((await store.find('user', 'a'))?.generation, 1);
    await store.close();
  });

  test(`${name}: an id that is not a plain name is a bug, not a path`, async (t) => {
    const store = await open();
    for (const id of ['', '../a', 'a/b', 'a.b', 'ä', 'a'.repeat(129)]) {
      await t.throwsAsync(async () => store.find('user', id), { instanceOf: TypeError });
      await t.throwsAsync(store.commit([put(id, 0, 'x')]), { instanceOf: TypeError });
      await t.throwsAsync(store.commit([append(id, 1, 'x')]), { instanceOf: TypeError });
    }
    const twice = store.commit([put('a', 0, 'x'), remove('a', 0)]);
    await t.throwsAsync(twice, { instanceOf: TypeError });
    await store.close();
  });

  test(`${name}: the store is writable`, async (t) => {
    const store = await open();
    t.is(await store.findFault(), undefined);
    await store.close();
  });
}
