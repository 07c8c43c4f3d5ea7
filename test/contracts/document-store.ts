/** What every document store must do. An adapter's test calls this with a way to open a fresh one. */
import type { test as Test } from '../test.js';
import type { DocumentStore } from '../../src/accounts/document-store.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export function testDocumentStore(
  test: typeof Test,
  name: string,
  open: () => Promise<DocumentStore>,
): void {
  test(`${name}: a document that was committed is found, and none that was not`, async (t) => {
    const store = await open();
    t.is(await store.find('user', 'a'), undefined);
    await store.commit('user', 'a', 0, { generation: 1, sealed: bytes('one') });
    t.deepEqual(await store.find('user', 'a'), { generation: 1, sealed: bytes('one') });
    t.is(await store.find('other', 'a'), undefined);
    await store.close();
  });

  test(`${name}: a commit on another generation is refused and changes nothing`, async (t) => {
    const store = await open();
    await store.commit('user', 'a', 0, { generation: 1, sealed: bytes('one') });
    for (const expected of [0, 2]) {
      const commit = store.commit('user', 'a', expected, { generation: 9, sealed: bytes('x') });
      await t.throwsAsync(commit, { code: 'ERR_STORE_CONFLICT' });
    }
    t.is((await store.find('user', 'a'))?.generation, 1);
    await t.throwsAsync(store.remove('user', 'a', 7), { code: 'ERR_STORE_CONFLICT' });
    await store.close();
  });

  test(`${name}: of many commits on one generation exactly one succeeds`, async (t) => {
    const store = await open();
    const commits = Array.from({ length: 20 }, (_, at) =>
      store.commit('user', 'a', 0, { generation: 1, sealed: bytes(String(at)) }),
    );
    const settled = await Promise.allSettled(commits);
    t.is(settled.filter(({ status }) => status === 'fulfilled').length, 1);
    await store.close();
  });

  test(`${name}: ids of a kind are listed, removed ones are gone`, async (t) => {
    const store = await open();
    for (const id of ['a', 'b', 'c']) {
      await store.commit('run', id, 0, { generation: 1, sealed: bytes(id) });
    }
    await store.remove('run', 'b', 1);
    const ids: string[] = [];
    for await (const id of store.list('run')) ids.push(id);
    t.deepEqual(ids.toSorted(), ['a', 'c']);
    t.is(await store.find('run', 'b'), undefined);
    await store.close();
  });

  test(`${name}: an id that is no plain name is a bug, not a path`, async (t) => {
    const store = await open();
    for (const id of ['', '../a', 'a/b', 'a.b', 'ä', 'a'.repeat(129)]) {
      await t.throwsAsync(async () => store.find('user', id), { instanceOf: TypeError });
    }
    await store.close();
  });

  test(`${name}: it can be written`, async (t) => {
    const store = await open();
    t.true(await store.isWritable());
    await store.close();
  });
}
