/** Reading the audit trail detects removed, truncated and inserted entries. */
import type { AuditEntry } from '../../attestation/schema/audit.js';
import { withAudit } from '../../src/accounts/audit-trail.js';
import { AuthorizedChange } from '../../src/accounts/authorized-change.js';
import { createUser, requireUser, type UserDocument } from '../../src/accounts/user-document.js';
import { encodeRecords } from '../../src/accounts/user-log.js';
import { createUsers, type Users } from '../../src/accounts/users.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createKeyedLock } from '../../src/runtime/keyed-lock.js';
import {
  createMemoryDocuments,
  createMemoryStateStore,
  type MemoryStateStore,
} from '../memory-state-store.js';
import { test } from '../test.js';

const ID = 'a'.repeat(32);
const LOG = `user-${ID}`;
const address = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');
const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

const usersOn = (store: MemoryStateStore): Users =>
  createUsers({
    documents: createMemoryDocuments(store),
    lock: createKeyedLock(),
    clock: () => NOW_MS,
  });

/** Creates a user with a trail of this many entries. */
async function createScene(entries: number) {
  const store = createMemoryStateStore();
  const documents = createMemoryDocuments(store);
  const users = createUsers({ documents, lock: createKeyedLock(), clock: () => NOW_MS });
  const change = (apply: (user: UserDocument | undefined) => UserDocument): Promise<UserDocument> =>
    users.update(AuthorizedChange.byService('session-upkeep', ID, apply));
  await change(() => createUser(ID, { kind: 'wallet', address, addedAtMs: NOW_MS }, NOW_MS));
  for (let number = 1; number < entries; number += 1) {
    await change((known) => withAudit(requireUser(known), NOW_MS, 'signed', { number }));
  }
  return { documents, store, users, user: requireUser(await users.find(ID)) };
}

test('a trail with a missing, truncated, moved or foreign entry is rejected', async (t) => {
  const { store, users, user } = await createScene(10);
  t.is((await users.audit.read(user, 1, 100)).length, 10);
  t.is((await users.audit.read(user, 4, 3))[0]?.seq, 4);
  const whole = store.logs.get(LOG) ?? [];
  const [first, second] = whole;
  if (first === undefined || second === undefined) return t.fail();
  const rows = [
    whole.slice(0, -1),
    whole.slice(1),
    whole.toSpliced(4, 1),
    [{ ...first, sealed: second.sealed }, ...whole.slice(1)],
    [],
  ];
  for (const changed of rows) {
    store.logs.set(LOG, changed);
    await t.throwsAsync(users.audit.read(user, 1, 100), { code: 'ERR_STATE_TAMPERED' });
  }
  store.logs.set(LOG, whole.slice(0, 5));
  t.is((await users.audit.read(user, 2, 3)).length, 3);
});

test('a trail whose entries do not chain is rejected, and so is one with another end', async (t) => {
  const { documents, store, users, user } = await createScene(3);
  const entries = await users.audit.read(user, 1, 9);
  const rewrite = async (changed: readonly AuditEntry[]): Promise<void> => {
    store.logs.set(LOG, []);
    const plain = encodeRecords(changed);
    await documents.commit([{ change: 'drop', log: LOG, before: 1 }]);
    await createMemoryDocuments(store).commit([{ change: 'append', log: LOG, expected: 1, plain }]);
  };
  await rewrite(entries);
  t.is((await users.audit.read(user, 1, 9)).length, 3);
  const [first, second, third] = entries;
  if (first === undefined || second === undefined || third === undefined) return t.fail();
  const rows: readonly (readonly AuditEntry[])[] = [
    [first, { ...second, detail: {} }, third],
    [first, second, { ...third, detail: {} }],
    [first, second, { ...third, prev: first.prev }],
  ];
  for (const changed of rows) {
    await rewrite(changed);
    await t.throwsAsync(users.audit.read(user, 1, 9), { code: 'ERR_STATE_TAMPERED' });
  }
});

test('a user whose log was cut before the document was written cannot be opened', async (t) => {
  const { store } = await createScene(10);
  const whole = store.logs.get(LOG) ?? [];
  // The document was written when the log had one entry.
  store.logs.set(LOG, whole.slice(0, 4));
  t.is((await usersOn(store).find(ID))?.audit.nextSeq, 5);
  store.logs.set(LOG, []);
  await t.throwsAsync(usersOn(store).find(ID), { code: 'ERR_STATE_TAMPERED' });
  store.logs.set(LOG, whole.toSpliced(3, 1));
  await t.throwsAsync(usersOn(store).find(ID), { code: 'ERR_STATE_TAMPERED' });
});
