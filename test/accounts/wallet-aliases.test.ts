/** Sign-in and linking of one wallet on two replicas, whose locks do not keep each other out. */
import { AuthorizedChange } from '../../src/accounts/authorized-change.js';
import { createUser, type UserDocument } from '../../src/accounts/user-document.js';
import { createUsers, type Users } from '../../src/accounts/users.js';
import { WalletAliases } from '../../src/accounts/wallet-aliases.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createKeyedLock } from '../../src/runtime/keyed-lock.js';
import { createMemoryDocuments, createMemoryStateStore } from '../memory-state-store.js';
import { test } from '../test.js';

const OWN = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);
const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const address = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');

const created = (userId: string): AuthorizedChange =>
  AuthorizedChange.byService('session-upkeep', userId, () =>
    createUser(userId, { kind: 'wallet', address, addedAtMs: NOW_MS }, NOW_MS),
  );

/**
 * Two replicas on one store. The first runs `meanwhile` after it has read whether a user ever
 * existed.
 */
function createScene(meanwhile: () => Promise<unknown>) {
  const store = createMemoryStateStore();
  const replica = (wrap: (users: Users) => Users) => {
    const documents = createMemoryDocuments(store);
    const users = createUsers({ documents, lock: createKeyedLock(), clock: () => NOW_MS });
    const ids = { walletUserId: () => OWN, walletAliasId: () => 'alias' };
    const aliases = new WalletAliases(documents, ids, wrap(users), createKeyedLock(), true);
    return { users, aliases };
  };
  const first = replica((users) => ({
    ...users,
    everExisted: async (userId) => {
      const existed = await users.everExisted(userId);
      await meanwhile();
      return existed;
    },
  }));
  return { first, second: replica((users) => users) };
}

test('a link that another replica commits during a first sign-in makes the sign-in conflict', async (t) => {
  const link = async (): Promise<UserDocument> =>
    second.users.update(created(OTHER), await second.aliases.claim(address, OTHER));
  const { first, second } = createScene(link);
  const { userId, claim } = await first.aliases.forSignIn(address);
  t.is(userId, OWN);
  await t.throwsAsync(first.users.update(created(OWN), claim), { code: 'ERR_STORE_CONFLICT' });
  t.false(await second.users.everExisted(OWN));
  t.is((await second.aliases.forSignIn(address)).userId, OTHER);
});

test('a first sign-in that another replica commits during a link makes the link fail', async (t) => {
  let signIns = 0;
  const signIn = async (): Promise<void> => {
    signIns += 1;
    const { userId, claim } = await second.aliases.forSignIn(address);
    await second.users.update(created(userId), claim);
  };
  const { first, second } = createScene(signIn);
  await t.throwsAsync(first.aliases.claim(address, OTHER), { code: 'ERR_CREDENTIAL_IN_USE' });
  t.is(signIns, 1);
  t.is((await second.aliases.forSignIn(address)).userId, OWN);
});
