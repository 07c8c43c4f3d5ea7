/** When the passkey that began a session also counts as the approval of its first review. */
import {
  credentialIdOf,
  type UserDocument,
  type UserSession,
} from '../../src/accounts/user-document.js';
import { createRecap } from '../../src/protocol/recap.js';
import { needsAssertion, PROOF_MS } from '../../src/signing/review/needs-assertion.js';
import { createReview } from '../../src/signing/review/review.js';
import { signReviewed } from '../../src/signing/sign-reviewed.js';
import { parseSigningRequest } from '../../src/signing/signing-request.js';
import { test } from '../test.js';
import {
  APP,
  composeRequest,
  createOneUser,
  NOW_MS,
  passkey,
  session as byWallet,
  SigningMachine,
  spaceOf,
} from './one-user.js';

const { user: first, key } = createOneUser();
const session: UserSession = { ...byWallet, credentialId: credentialIdOf(passkey) };
const user: UserDocument = {
  ...first,
  credentials: [...first.credentials, passkey],
  sessions: [session],
};
const files = `${spaceOf(key.address, 'default')}/kv`;
const secrets = `${spaceOf(key.address, 'secrets')}/kv`;
const ordinary = composeRequest(
  key,
  createRecap([[files, ['tinycloud.kv/del', 'tinycloud.kv/get', 'tinycloud.kv/put']]]),
);

async function approve(machine: SigningMachine, message: string, appOrigin = APP) {
  const request = parseSigningRequest(message, 'personal_sign');
  const asked = { user: machine.disk, session, keyId: key.id, request, appOrigin };
  const { id } = await createReview(machine.context, asked);
  return signReviewed(machine.context, {
    user: machine.disk,
    session,
    keyId: key.id,
    reviewId: id,
    untilMs: 0,
  });
}

const REQUIRED = { code: 'ERR_ASSERTION_REQUIRED' };

test('a fresh passkey counts for the first review, but never for what is red', async (t) => {
  await t.notThrowsAsync(approve(new SigningMachine(user), ordinary));
  const red = composeRequest(key, createRecap([[secrets, ['tinycloud.kv/get']]]));
  await t.throwsAsync(approve(new SigningMachine(user), red), REQUIRED);
  const bytes = new SigningMachine(user);
  const request = parseSigningRequest('0xfffe', 'raw');
  const asked = { user, session, keyId: key.id, request, appOrigin: APP };
  const { id } = await createReview(bytes.context, asked);
  const signing = { user, session, keyId: key.id, reviewId: id, untilMs: 0 };
  await t.throwsAsync(signReviewed(bytes.context, signing), REQUIRED);
});

test('a fresh passkey counts once', async (t) => {
  const machine = new SigningMachine(user);
  const { context } = machine;
  machine.disk = { ...user };
  const both = ['https://app.example', 'https://b.example'];
  const signing = { ...context.signing, appOrigins: both };
  const withApps = { ...context, signing };
  const open = async (appOrigin: string) => {
    const request = parseSigningRequest('hello', 'personal_sign');
    const asked = { user: machine.disk, session, keyId: key.id, request, appOrigin };
    const { id } = await createReview(withApps, asked);
    const order = { user: machine.disk, session, keyId: key.id, reviewId: id, untilMs: 0 };
    return signReviewed(withApps, order);
  };
  await open('https://app.example');
  await t.throwsAsync(open('https://b.example'), REQUIRED);
  // Nor does it count for grave rights of the app that it counted for.
  await t.throwsAsync(approve(machine, ordinary), REQUIRED);
});

test('a proof counts for 60 seconds, in its session, by a passkey that still serves', (t) => {
  const review = { appOrigin: APP, isGrave: true, isRed: false, sessionId: session.id };
  t.false(needsAssertion(user, review, NOW_MS));
  t.false(needsAssertion(user, review, NOW_MS + PROOF_MS - 1));
  t.true(needsAssertion(user, review, NOW_MS + PROOF_MS));
  t.true(needsAssertion(user, review, NOW_MS - 1));
  t.true(needsAssertion(user, { ...review, sessionId: 'another' }, NOW_MS));
  t.true(needsAssertion({ ...user, sessions: [byWallet] }, review, NOW_MS));
  const copied = { ...passkey, clonedAtMs: NOW_MS };
  const other = { ...passkey, id: 'b3RoZXI' };
  t.true(needsAssertion({ ...user, credentials: [copied, other] }, review, NOW_MS));
  t.true(needsAssertion({ ...user, credentials: [other] }, review, NOW_MS));
});

test('a review that is read for longer than the proof counts needs the passkey', async (t) => {
  const machine = new SigningMachine(user);
  const request = parseSigningRequest(ordinary, 'personal_sign');
  const asked = { user, session, keyId: key.id, request, appOrigin: APP };
  const { id } = await createReview(machine.context, asked);
  machine.nowMs += PROOF_MS;
  const signing = { user, session, keyId: key.id, reviewId: id, untilMs: 0 };
  await t.throwsAsync(signReviewed(machine.context, signing), REQUIRED);
  await t.notThrowsAsync(signReviewed(machine.context, { ...signing, untrustedAssertion: {} }));
});
