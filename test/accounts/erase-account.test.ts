/** Deletion, and how the next start treats the note of an earlier process. */
import { AuthorizedChange } from '../../src/accounts/authorized-change.js';
import {
  createEraseAccount,
  erasureCodec,
  type ErasureParts,
  finishErasures,
} from '../../src/accounts/erase-account.js';
import { RecoverySets } from '../../src/accounts/recovery-sets.js';
import { typedDocuments } from '../../src/accounts/typed-documents.js';
import { createUser, requireUser } from '../../src/accounts/user-document.js';
import { createUsers } from '../../src/accounts/users.js';
import { WalletAliases } from '../../src/accounts/wallet-aliases.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createKeyedLock } from '../../src/runtime/keyed-lock.js';
import { createMemoryDocuments, createMemoryStateStore } from '../memory-state-store.js';
import { test } from '../test.js';

const ID = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);
const address = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');
const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

async function createScene() {
  const store = createMemoryStateStore();
  const documents = createMemoryDocuments(store);
  const users = createUsers({ documents, lock: createKeyedLock(), clock: () => NOW_MS });
  const ids = { walletUserId: () => OTHER, walletAliasId: () => 'alias' };
  const aliases = new WalletAliases(documents, ids, users, createKeyedLock());
  const erased: string[] = [];
  const eraseRuns = async (userId: string): Promise<void> => void erased.push(userId);
  const recoverySets = new RecoverySets(documents, { recoverySetId: (setId) => setId }, users);
  const parts: ErasureParts = { documents, users, aliases, recoverySets, eraseRuns };
  const create = AuthorizedChange.byService('session-upkeep', ID, () => ({
    ...createUser(ID, { kind: 'wallet', address, addedAtMs: NOW_MS }, NOW_MS),
    recovery: { setId: 'set', createdAtMs: NOW_MS, codes: [] },
  }));
  await users.update(create);
  await aliases.claim(address, ID);
  await recoverySets.create('set', ID);
  return { store, documents, users, aliases, parts, erased };
}

const note = { userId: ID, wallets: [address], segments: 0, recoverySetId: 'set' };
const deletion = AuthorizedChange.byService('session-upkeep', ID, (user) => requireUser(user));

test('the note of an account that still exists is removed, and the account stays', async (t) => {
  const { store, documents, users, parts, erased } = await createScene();
  const notes = typedDocuments(documents, erasureCodec);
  await notes.replace(ID, note);
  await finishErasures(parts);
  t.is((await users.find(ID))?.userId, ID);
  t.is(await notes.find(ID), undefined);
  t.deepEqual(erased, []);
  t.true(store.documents.has('wallet-alias/alias'));
  t.true(store.documents.has('recovery-set/set'));
});

test('the next start carries out the note of a deleted account', async (t) => {
  const { store, documents, users, parts, erased } = await createScene();
  const notes = typedDocuments(documents, erasureCodec);
  await users.remove(deletion, () => [notes.put(ID, 0, note)]);
  await finishErasures(parts);
  t.deepEqual(erased, [ID]);
  t.false(store.documents.has('wallet-alias/alias'));
  t.false(store.documents.has('recovery-set/set'));
  t.is(await notes.find(ID), undefined);
});

test('a deletion leaves only a tombstone and is not repeated', async (t) => {
  const { store, users, parts } = await createScene();
  const erase = createEraseAccount(parts);
  t.is((await erase(deletion)).userId, ID);
  t.deepEqual([...store.documents.keys()], [`user/${ID}`]);
  t.deepEqual(store.logs.get(`user-${ID}`), []);
  t.is(await users.find(ID), undefined);
  t.true(await users.everExisted(ID));
  await t.throwsAsync(users.findUndeleted(ID), { code: 'ERR_ACCOUNT_DELETED' });
  await t.throwsAsync(erase(deletion), { code: 'ERR_ACCOUNT_DELETED' });
});

test('a note that cannot be read stops the start with a code', async (t) => {
  const { documents, parts } = await createScene();
  const plain = new TextEncoder().encode('{"no');
  await documents.commit([{ change: 'put', kind: 'erasure', id: ID, expected: 0, plain }]);
  await t.throwsAsync(finishErasures(parts), { code: 'ERR_STATE_TAMPERED' });
});

test('an alias that another user has claimed in the meantime is kept', async (t) => {
  const { store, aliases } = await createScene();
  await aliases.release(address, OTHER);
  t.true(store.documents.has('wallet-alias/alias'));
  await aliases.release(address, ID);
  t.false(store.documents.has('wallet-alias/alias'));
});
