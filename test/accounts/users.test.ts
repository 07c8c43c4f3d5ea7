/**
 * Changes of one user are applied in order, become durable together and do not affect one another.
 */
import { test } from '../test.js';
import type { SealedDocuments } from '../../src/accounts/sealed-documents.js';
import { withAudit } from '../../src/accounts/audit-trail.js';
import { type Apply, AuthorizedChange } from '../../src/accounts/authorized-change.js';
import { createUser, requireUser, type UserDocument } from '../../src/accounts/user-document.js';
import { createUsers } from '../../src/accounts/users.js';
import { ServiceError } from '../../src/errors.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createKeyedLock } from '../../src/runtime/keyed-lock.js';

const WALLET = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');
const ID = 'a'.repeat(32);
const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

/** Creates documents in memory that count commits and can reject them. */
function memory() {
  const kept = new Map<string, { generation: number; plain: Uint8Array }>();
  const state = { commits: 0, isBroken: false };
  const nameOf = (kind: string, id: string): string => `${kind}/${id}`;
  const documents: SealedDocuments = {
    find: async (kind, id) => kept.get(nameOf(kind, id)),
    commit: async (kind, id, expectedGeneration, plain) => {
      await new Promise((done) => setTimeout(done, 5));
      if (state.isBroken) throw new ServiceError('ERR_STORE_UNAVAILABLE');
      const known = kept.get(nameOf(kind, id))?.generation ?? 0;
      if (known !== expectedGeneration) throw new ServiceError('ERR_STORE_CONFLICT');
      if (kind === 'user') state.commits += 1;
      kept.set(nameOf(kind, id), { generation: known + 1, plain });
      return known + 1;
    },
    remove: async (kind, id) => void kept.delete(nameOf(kind, id)),
    list: async function* list() {},
  };
  const users = createUsers({ documents, lock: createKeyedLock(), clock: () => NOW_MS });
  return { users, state, kept };
}

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

test('far more entries than a segment holds are all kept and chained', async (t) => {
  const { users, kept } = memory();
  await users.update(create);
  await Promise.all(Array.from({ length: 200 }, (_, number) => users.update(noting(number))));
  const user = requireUser(await users.find(ID));
  t.is(user.audit.nextSeq, 202);
  t.true(user.audit.open.length < 32);
  t.is([...kept.keys()].filter((name) => name.startsWith('audit/')).length, 6);
  t.is((await users.audit.read(user, 1, 500)).length, 201);
});

test('changes that wait while their user is removed reject', async (t) => {
  const { users } = memory();
  await users.update(create);
  const removal = users.remove(
    by((document) => requireUser(document)),
    async () => undefined,
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
