/** Reading the audit trail detects removed, truncated and inserted entries. */
import { withAudit } from '../../src/accounts/audit-trail.js';
import { AuthorizedChange } from '../../src/accounts/authorized-change.js';
import { createUser, requireUser, type UserDocument } from '../../src/accounts/user-document.js';
import { createUsers } from '../../src/accounts/users.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createKeyedLock } from '../../src/runtime/keyed-lock.js';
import { memoryDocuments } from '../memory-documents.js';
import { test } from '../test.js';

const ID = 'a'.repeat(32);
const address = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');
const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

/** Creates a user with a trail of this many entries. */
async function createScene(entries: number) {
  const documents = memoryDocuments();
  const users = createUsers({ documents, lock: createKeyedLock(), clock: () => NOW_MS });
  const change = (apply: (user: UserDocument | undefined) => UserDocument): Promise<UserDocument> =>
    users.update(AuthorizedChange.byService('session-upkeep', ID, apply));
  await change(() => createUser(ID, { kind: 'wallet', address, addedAtMs: NOW_MS }, NOW_MS));
  for (let number = 1; number < entries; number += 1) {
    await change((known) => withAudit(requireUser(known), NOW_MS, 'signed', { number }));
  }
  return { documents, users, user: requireUser(await users.find(ID)) };
}

const cut = (user: UserDocument, open: readonly string[]): UserDocument => ({
  ...user,
  audit: { ...user.audit, open: [...open] },
});

test('a trail whose open entries were truncated, changed or reordered is rejected', async (t) => {
  const { users, user } = await createScene(10);
  const { open } = user.audit;
  t.is((await users.audit.read(user, 1, 100)).length, 10);
  const [first = '', second = '', ...rest] = open;
  const rows = [
    open.slice(0, -1),
    [second, first, ...rest],
    [first, ...rest],
    [...open.slice(0, -1), first],
    [first.replace('account-created', 'signed-in'), second, ...rest],
    ['{"no', ...rest],
  ];
  for (const changed of rows) {
    const reading = users.audit.read(cut(user, changed), 1, 100);
    await t.throwsAsync(reading, { code: 'ERR_STATE_TAMPERED' });
  }
});

test('a trail with a missing or exchanged closed segment is rejected', async (t) => {
  const { documents, users, user } = await createScene(100);
  t.is((await users.audit.read(user, 1, 200)).length, 100);
  const [zero, one] = [documents.kept.get(`audit/${ID}-0`), documents.kept.get(`audit/${ID}-1`)];
  if (zero === undefined || one === undefined) {
    t.fail('no closed segments');
    return;
  }
  documents.kept.set(`audit/${ID}-1`, zero);
  await t.throwsAsync(users.audit.read(user, 1, 200), { code: 'ERR_STATE_TAMPERED' });
  documents.kept.delete(`audit/${ID}-1`);
  await t.throwsAsync(users.audit.read(user, 1, 200), { code: 'ERR_STATE_TAMPERED' });
  documents.kept.set(`audit/${ID}-1`, one);
  t.is((await users.audit.read(user, 40, 10))[0]?.seq, 40);
});
