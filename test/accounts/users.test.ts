/**
 * Changes of one user are applied in order, become durable together and do not affect one another.
 */
import { test } from '../test.js';
import { DROPPED_AT_ONCE, KEPT_ENTRIES, withAudit } from '../../src/accounts/audit-trail.js';
import { type Apply, AuthorizedChange } from '../../src/accounts/authorized-change.js';
import {
  createUser,
  requireUser,
  type SignedGrant,
  type UserDocument,
} from '../../src/accounts/user-document.js';
import type { StateStore } from '../../src/accounts/state-store.js';
import { createUsers } from '../../src/accounts/users.js';
import { ServiceError } from '../../src/errors.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createKeyedLock } from '../../src/runtime/keyed-lock.js';
import { createMemoryDocuments, createMemoryStateStore } from '../memory-state-store.js';

const WALLET = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');
const ID = 'a'.repeat(32);
const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

/** Creates users in memory whose commits are counted and can fail. */
function memory() {
  const store = createMemoryStateStore();
  const state: {
    commits: number;
    writes: number;
    reads: number;
    isBroken: boolean;
    beforeCommit: (() => Promise<unknown>) | undefined;
  } = { commits: 0, writes: 0, reads: 0, isBroken: false, beforeCommit: undefined };
  const documents = createMemoryDocuments({
    ...store,
    headOf: (...of) => {
      state.reads += 1;
      return store.headOf(...of);
    },
    commit: async (changes) => {
      await new Promise((done) => setTimeout(done, 5));
      if (state.isBroken) throw new ServiceError('ERR_STORE_UNAVAILABLE');
      await state.beforeCommit?.();
      await store.commit(changes);
      state.commits += 1;
      if (changes.some(({ change }) => change === 'put')) state.writes += 1;
    },
  });
  const users = createUsers({ documents, lock: createKeyedLock(), clock: () => NOW_MS });
  return { users, state, store };
}

const GRANT: SignedGrant = {
  keyId: 'key',
  domain: 'app.example',
  signedAtMs: NOW_MS,
  expiresAtMs: null,
  spaces: ['default'],
};

/** Creates a change that needs no session. */
const by = (change: Apply): AuthorizedChange =>
  AuthorizedChange.byService('session-upkeep', ID, change);

const create = by(
  (document: UserDocument | undefined): UserDocument =>
    document ?? createUser(ID, { kind: 'wallet', address: WALLET, addedAtMs: NOW_MS }, NOW_MS),
);
const noting = (number: number): AuthorizedChange =>
  by((document) => withAudit(requireUser(document), NOW_MS, 'signed', { number }));

test('waiting changes are applied in order and share a commit', async (t) => {
  const { users, state } = memory();
  await users.update(create);
  const before = state.commits;
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, number) => users.update(noting(number))),
  );
  t.true(state.commits - before <= 2, String(state.commits - before));
  answers.forEach((user, number) => t.is(user.audit.nextSeq, number + 3));
  const user = requireUser(await users.find(ID));
  const entries = await users.audit.read(user, 2, 50);
  t.deepEqual(
    entries.map(({ detail }) => detail['number']),
    Array.from({ length: 20 }, (_, number) => number),
  );
});

test('a change that throws has no effect on the document or on other changes', async (t) => {
  const { users } = memory();
  await users.update(create);
  const refuse = by(() => {
    throw new ServiceError('ERR_KEY_NOT_FOUND');
  });
  const [first, refused, last] = await Promise.allSettled([
    users.update(noting(1)),
    users.update(refuse),
    users.update(noting(2)),
  ]);
  t.is(first.status, 'fulfilled');
  t.is(last.status, 'fulfilled');
  t.like(refused, { status: 'rejected', reason: { code: 'ERR_KEY_NOT_FOUND' } });
  t.is((await users.find(ID))?.audit.nextSeq, 4);
});

test('if a commit fails, every change that shared it rejects', async (t) => {
  const { users, state } = memory();
  await users.update(create);
  state.isBroken = true;
  const all = await Promise.allSettled([1, 2, 3].map((number) => users.update(noting(number))));
  for (const each of all) {
    t.like(each, { status: 'rejected', reason: { code: 'ERR_STORE_UNAVAILABLE' } });
  }
  state.isBroken = false;
  t.is((await users.find(ID))?.audit.nextSeq, 2);
  await users.update(noting(4));
  t.is((await users.find(ID))?.audit.nextSeq, 3);
});

test('a change that returns the same document commits nothing', async (t) => {
  const { users, state } = memory();
  await users.update(create);
  const before = state.commits;
  await users.update(by((document) => requireUser(document)));
  t.is(state.commits, before);
});

test('entries are chained in the log, and the document is written once for many of them', async (t) => {
  const { users, state } = memory();
  await users.update(create);
  const before = state.writes;
  for (let number = 0; number < 100; number += 1) await users.update(noting(number));
  t.is(state.writes - before, 3);
  const user = requireUser(await users.find(ID));
  t.is(user.audit.nextSeq, 102);
  t.is((await users.audit.read(user, 1, 500)).length, 101);
});

test('a user that another process opens is the document and the records since it was written', async (t) => {
  const { users, store } = memory();
  await users.update(create);
  const granting = (number: number): AuthorizedChange =>
    by((document) => {
      const user = requireUser(document);
      const grant = { ...GRANT, signedAtMs: NOW_MS + number };
      const grants = [...user.grants.filter((_, at) => number % 5 > 0 || at > 2), grant];
      return withAudit({ ...user, grants }, NOW_MS, 'signed', { number });
    });
  for (let number = 0; number < 20; number += 1) await users.update(granting(number));
  const written = store.documents.get(`user/${ID}`)?.generation;
  const other = createUsers({
    documents: createMemoryDocuments(store),
    lock: createKeyedLock(),
    clock: () => NOW_MS,
  });
  t.deepEqual(await other.find(ID), await users.find(ID));
  await other.update(granting(20));
  t.deepEqual(await users.find(ID), await other.find(ID));
  t.is(store.documents.get(`user/${ID}`)?.generation, written);
});

test('changes are applied again to what another process left, a bounded number of times', async (t) => {
  const { users, store, state } = memory();
  await users.update(create);
  const other = createUsers({
    documents: createMemoryDocuments(store),
    lock: createKeyedLock(),
    clock: () => NOW_MS,
  });
  state.beforeCommit = async () => {
    state.beforeCommit = undefined;
    await other.update(noting(7));
  };
  await Promise.all([users.update(noting(8)), users.update(noting(9))]);
  const user = requireUser(await users.find(ID));
  const entries = await users.audit.read(user, 2, 9);
  t.deepEqual(
    entries.map(({ detail }) => detail['number']),
    [7, 8, 9],
  );
  let attempts = 0;
  state.beforeCommit = () => {
    attempts += 1;
    return other.update(noting(0));
  };
  await t.throwsAsync(users.update(noting(1)), { code: 'ERR_STORE_CONFLICT' });
  t.is(attempts, 5);
});

test('a session that another process ended signs nothing, although only a record would be written', async (t) => {
  const { users, store, state } = memory();
  await users.update(create);
  const other = createUsers({
    documents: createMemoryDocuments(store),
    lock: createKeyedLock(),
    clock: () => NOW_MS,
  });
  // A change without an entry: only the generation of the document shows it.
  const archive = by((document) => ({ ...requireUser(document), approvedOrigins: ['https://x'] }));
  state.beforeCommit = async () => {
    state.beforeCommit = undefined;
    await other.update(archive);
  };
  const seen: number[] = [];
  await users.update(
    by((document) => {
      const user = requireUser(document);
      seen.push(user.approvedOrigins.length);
      return withAudit(user, NOW_MS, 'signed');
    }),
  );
  t.deepEqual(seen, [0, 1]);
});

test('a change that is refused, or that leaves no record, is applied to the user as it is stored', async (t) => {
  const { users, store } = memory();
  await users.update(create);
  const other = createUsers({
    documents: createMemoryDocuments(store),
    lock: createKeyedLock(),
    clock: () => NOW_MS,
  });
  await other.update(noting(1));
  const seen = await users.update(by((document) => requireUser(document)));
  t.is(seen.audit.nextSeq, 3);
  await other.update(by((document) => ({ ...requireUser(document), approvedOrigins: ['x'] })));
  const refusing = by((document) => {
    const user = requireUser(document);
    if (user.approvedOrigins.length === 0) throw new ServiceError('ERR_KEY_NOT_FOUND');
    return user;
  });
  await t.notThrowsAsync(users.update(refusing));
});

test('a record is committed without a read of the user', async (t) => {
  const { users, store, state } = memory();
  await users.update(create);
  const before = state.reads;
  await users.update(noting(1));
  t.is(state.reads, before);
  const other = createUsers({
    documents: createMemoryDocuments(store),
    lock: createKeyedLock(),
    clock: () => NOW_MS,
  });
  await other.update(noting(2));
  t.is((await users.update(noting(3))).audit.nextSeq, 5);
});

test('old entries are dropped with the commit that exceeds the retention', async (t) => {
  const { users, store } = memory();
  const nextSeq = KEPT_ENTRIES + DROPPED_AT_ONCE - 1;
  const long = by(() => {
    const user = createUser(ID, { kind: 'wallet', address: WALLET, addedAtMs: NOW_MS }, NOW_MS);
    const audit = { ...user.audit, firstSeq: 1, nextSeq, added: [] };
    return withAudit({ ...user, audit }, NOW_MS, 'signed');
  });
  await users.update(long);
  t.is((await users.find(ID))?.audit.firstSeq, 1);
  const log = store.logs.get(`user-${ID}`) ?? [];
  const old = { number: DROPPED_AT_ONCE - 1, sealed: new Uint8Array(1) };
  store.logs.set(`user-${ID}`, [old, { ...old, number: old.number + 1 }, ...log]);
  await users.update(noting(1));
  const user = requireUser(await users.find(ID));
  t.is(user.audit.nextSeq - user.audit.firstSeq, KEPT_ENTRIES);
  t.deepEqual(
    store.logs.get(`user-${ID}`)?.map(({ number }) => number),
    [nextSeq, nextSeq + 1],
  );
});

test('changes that wait while their user is removed reject', async (t) => {
  const { users } = memory();
  await users.update(create);
  const removal = users.remove(
    by((document) => requireUser(document)),
    () => [],
  );
  await t.throwsAsync(users.update(noting(1)), { code: 'ERR_ACCOUNT_DELETED' });
  await removal;
  t.is(await users.find(ID), undefined);
});

test('a change whose result could not be read again is rejected, and the others of its commit succeed', async (t) => {
  const { users } = memory();
  await users.update(create);
  const widen = by((document) => ({ ...requireUser(document), createdAtMs: -1 }));
  const [first, refused, last] = await Promise.allSettled([
    users.update(noting(1)),
    users.update(widen),
    users.update(noting(2)),
  ]);
  t.is(first.status, 'fulfilled');
  t.is(last.status, 'fulfilled');
  t.true(refused.status === 'rejected' && refused.reason instanceof TypeError);
  t.is((await users.find(ID))?.audit.nextSeq, 4);
  await t.throwsAsync(users.update(widen), { instanceOf: TypeError });
  t.is((await users.find(ID))?.createdAtMs, NOW_MS);
});

test('a change whose further changes conflict has no effect, and others are not affected', async (t) => {
  const { users, store } = memory();
  await users.update(create);
  const noted = by((user) => withAudit(requireUser(user), NOW_MS, 'signed', {}));
  const also = (expected: number) =>
    [{ change: 'require', kind: 'bootstrap-run', id: 'x', expected }] as const;
  const [lost, kept] = await Promise.allSettled([
    users.update(noted, also(1)),
    users.update(noted),
  ]);
  t.like(lost, { status: 'rejected', reason: { code: 'ERR_STORE_CONFLICT' } });
  t.is(kept.status, 'fulfilled');
  const next = (await users.find(ID))?.audit.nextSeq ?? 0;
  await store.commit([
    { change: 'put', kind: 'bootstrap-run', id: 'x', expected: 0, sealed: Uint8Array.of(1) },
  ]);
  await users.update(noted, also(1));
  t.is((await users.find(ID))?.audit.nextSeq, next + 1);
});

test('a store that shows another history of a user is rejected, and one that continues is not', async (t) => {
  const first = createMemoryStateStore();
  const shown = { store: first };
  const view: StateStore = {
    find: (...of) => shown.store.find(...of),
    generationOf: (...of) => shown.store.generationOf(...of),
    readLog: (...of) => shown.store.readLog(...of),
    nextOf: (...of) => shown.store.nextOf(...of),
    headOf: (...of) => shown.store.headOf(...of),
    commit: (...of) => shown.store.commit(...of),
    list: (...of) => shown.store.list(...of),
    findFault: async () => undefined,
    close: async () => undefined,
  };
  const open = (store: StateStore) =>
    createUsers({
      documents: createMemoryDocuments(store, true),
      lock: createKeyedLock(),
      clock: () => NOW_MS,
    });
  const noted = (number: number) =>
    by((user) => withAudit(requireUser(user), NOW_MS, 'signed', { number }));
  const a = open(view);
  await a.update(create);
  await a.update(noted(1));
  const fork = createMemoryStateStore();
  for (const [key, document] of first.documents) fork.documents.set(key, document);
  for (const [log, entries] of first.logs) fork.logs.set(log, entries);
  await a.update(noted(2));
  const elsewhere = open(fork);
  await elsewhere.update(noted(3));
  await elsewhere.update(noted(4));
  await open(first).update(noted(5));
  t.is((await a.find(ID))?.audit.nextSeq, (await open(first).find(ID))?.audit.nextSeq);
  await elsewhere.update(noted(6));
  await elsewhere.update(noted(7));
  shown.store = fork;
  await t.throwsAsync(a.find(ID), { code: 'ERR_STATE_TAMPERED' });
  t.truthy(await elsewhere.find(ID));
});
