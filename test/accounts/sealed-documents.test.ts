/** Sealed documents detect a rollback, and do not mistake a read beside a write for one. */
import { randomBytes } from 'node:crypto';
import type { DocumentStore, StoredDocument } from '../../src/accounts/document-store.js';
import { RememberedGenerations } from '../../src/accounts/remembered-generations.js';
import { createSealedDocuments } from '../../src/accounts/sealed-documents.js';
import { ServiceError } from '../../src/errors.js';
import { test } from '../test.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * Creates a store in memory that can hold reads before they look a document up, or before they
 * return it.
 */
function createStore() {
  const kept = new Map<string, StoredDocument>();
  let held: { readonly at: 'before' | 'after'; readonly over: Promise<void> } | undefined;
  const store: DocumentStore = {
    find: async (kind, id) => {
      const now = held;
      if (now?.at === 'before') await now.over;
      const found = kept.get(`${kind}/${id}`);
      if (now?.at === 'after') await now.over;
      return found;
    },
    commit: async (kind, id, expected, next) => {
      if ((kept.get(`${kind}/${id}`)?.generation ?? 0) !== expected) {
        throw new ServiceError('ERR_STORE_CONFLICT');
      }
      kept.set(`${kind}/${id}`, next);
    },
    remove: async (kind, id) => void kept.delete(`${kind}/${id}`),
    list: async function* list() {},
    isWritable: async () => true,
    close: async () => undefined,
  };
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
  return { store, kept, hold };
}

function createScene() {
  const { store, kept, hold } = createStore();
  const keys = { documentKey: () => new Uint8Array(32).fill(1) };
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  return { documents: createSealedDocuments(store, keys, 'app', random), kept, hold };
}

test('a read that a commit overtakes returns what it read and reports no tampering', async (t) => {
  const { documents, hold } = createScene();
  await documents.commit('user', 'a', 0, utf8('one'));
  const release = hold();
  const reading = documents.find('user', 'a');
  await documents.commit('user', 'a', 1, utf8('two'));
  release();
  t.is((await reading)?.generation, 1);
  t.is((await documents.find('user', 'a'))?.generation, 2);
});

test('a rollback after an overtaken read is detected', async (t) => {
  const { documents, hold, kept } = createScene();
  await documents.commit('user', 'a', 0, utf8('one'));
  const old = kept.get('user/a');
  const release = hold();
  const reading = documents.find('user', 'a');
  await documents.commit('user', 'a', 1, utf8('two'));
  release();
  await reading;
  if (old !== undefined) kept.set('user/a', old);
  await t.throwsAsync(documents.find('user', 'a'), { code: 'ERR_STATE_TAMPERED' });
});

test('a read that a removal overtakes reports no tampering, then or later', async (t) => {
  const { documents, hold } = createScene();
  await documents.commit('user', 'a', 0, utf8('one'));
  await documents.commit('user', 'a', 1, utf8('two'));
  const release = hold();
  const [reading, reader] = [documents.find('user', 'a'), documents.find('user', 'a')];
  await documents.remove('user', 'a', 2);
  release();
  t.is((await reading)?.generation, 2);
  await reader;
  t.is(await documents.find('user', 'a'), undefined);
  await documents.commit('user', 'a', 0, utf8('new'));
  t.is((await documents.find('user', 'a'))?.generation, 1);
});

test('a read that finds a document just removed reports no tampering', async (t) => {
  const { documents, hold } = createScene();
  await documents.commit('user', 'a', 0, utf8('one'));
  const release = hold('before');
  const reading = documents.find('user', 'a');
  await documents.remove('user', 'a', 1);
  release();
  t.is(await reading, undefined);
});

test("a document that was rolled back or removed behind the service's back is detected", async (t) => {
  const { documents, kept } = createScene();
  await documents.commit('user', 'a', 0, utf8('one'));
  const old = kept.get('user/a');
  await documents.commit('user', 'a', 1, utf8('two'));
  if (old !== undefined) kept.set('user/a', old);
  await t.throwsAsync(documents.find('user', 'a'), { code: 'ERR_STATE_TAMPERED' });
  kept.delete('user/a');
  await t.throwsAsync(documents.find('user', 'a'), { code: 'ERR_STATE_TAMPERED' });
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
