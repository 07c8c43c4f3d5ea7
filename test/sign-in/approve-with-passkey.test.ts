/**
 * Tests that a passkey must still be usable under the lock of the signature, not only when the
 * approval was verified.
 */
import { createHash, randomBytes } from 'node:crypto';
import { AuthorizedChange } from '../../src/accounts/authorized-change.js';
import {
  createUser,
  type PasskeyCredential,
  requireUser,
  type UserDocument,
} from '../../src/accounts/user-document.js';
import { createUsers } from '../../src/accounts/users.js';
import { createKeyedLock } from '../../src/runtime/keyed-lock.js';
import { createApproveWithPasskey } from '../../src/sign-in/approve-with-passkey.js';
import { passkeyRegistration } from '../../src/api/passkey-response.js';
import { verifyPasskeyRegistration } from '../../src/sign-in/verify-passkey.js';
import { createMemoryDocuments } from '../memory-state-store.js';
import { test } from '../test.js';
import { SoftwarePasskey } from './software-authenticator.js';

const ORIGIN = 'http://localhost:3001';
const ID = 'a'.repeat(32);
const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const settings = { origin: ORIGIN, rpId: 'localhost', appOrigins: [] };
const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

async function createScene() {
  const passkey = new SoftwarePasskey(ORIGIN, { synced: false });
  const challenge = encode(randomBytes(64));
  const userHandle = Buffer.from(ID).toString('base64url');
  const created = passkey.create({ challenge, rp: { id: 'localhost' }, user: { id: userHandle } });
  const registration = passkeyRegistration.parse(created);
  const facts = await verifyPasskeyRegistration(registration, { challenge, settings });
  const credential: PasskeyCredential = {
    kind: 'passkey',
    ...facts,
    name: 'Phone',
    addedAtMs: NOW_MS - 1_000,
  };
  const users = createUsers({
    documents: createMemoryDocuments(),
    lock: createKeyedLock(),
    clock: () => NOW_MS,
  });
  const create = AuthorizedChange.byService('session-upkeep', ID, () =>
    createUser(ID, credential, NOW_MS),
  );
  const user = await users.update(create);
  return { passkey, users, user, approve: createApproveWithPasskey({ users, passkeys: settings }) };
}

const bytes = new Uint8Array(createHash('sha256').update('a review').digest());
const CHALLENGE = { bytes, issuedAtMs: NOW_MS };

test('an approval is refused if its passkey was removed or marked as cloned since', async (t) => {
  const { passkey, users, user, approve } = await createScene();
  const options = { challenge: encode(bytes), rpId: 'localhost' };
  const requireApproved = await approve(user, passkey.get(options), CHALLENGE);
  const known = requireUser(await users.find(ID));
  t.is(requireApproved(known), known);
  const [credential] = known.credentials;
  if (credential?.kind !== 'passkey') {
    t.fail('no passkey');
    return;
  }
  const marked: UserDocument = {
    ...known,
    credentials: [{ ...credential, clonedAtMs: NOW_MS }],
  };
  t.throws(() => requireApproved(marked), { code: 'ERR_PASSKEY_CLONED' });
  t.throws(() => requireApproved({ ...known, credentials: [] }), { code: 'ERR_ASSERTION_INVALID' });
});

test('an approval makes the counter durable, so that the same counter approves nothing else', async (t) => {
  const { passkey, users, user, approve } = await createScene();
  const options = { challenge: encode(bytes), rpId: 'localhost' };
  await approve(user, passkey.get(options, { counter: 9 }), CHALLENGE);
  const known = requireUser(await users.find(ID));
  t.like(known.credentials[0], { counter: 9, lastUsedAtMs: NOW_MS });
  const early = { bytes, issuedAtMs: NOW_MS - 1 };
  const again = (): Promise<unknown> => approve(known, passkey.get(options, { counter: 9 }), early);
  await t.throwsAsync(again(), { code: 'ERR_PASSKEY_OUTDATED' });
  t.false('clonedAtMs' in (requireUser(await users.find(ID)).credentials[0] ?? {}));
  const late = approve(known, passkey.get(options, { counter: 9 }), CHALLENGE);
  await t.throwsAsync(late, { code: 'ERR_PASSKEY_CLONED' });
  t.true('clonedAtMs' in (requireUser(await users.find(ID)).credentials[0] ?? {}));
});

test('a user handle of another user is refused, and an absent or empty one is accepted', async (t) => {
  const { passkey, user, approve } = await createScene();
  const options = { challenge: encode(bytes), rpId: 'localhost' };
  const foreign = Buffer.from('b'.repeat(32)).toString('base64url');
  const refused = approve(user, passkey.get(options, { userHandle: foreign }), CHALLENGE);
  await t.throwsAsync(refused, { code: 'ERR_ASSERTION_INVALID' });
  for (const userHandle of ['', null]) {
    await t.notThrowsAsync(approve(user, passkey.get(options, { userHandle }), CHALLENGE));
  }
});
