/** Tests what must still hold when an approved review is signed. */
import type { UserDocument } from '../../src/accounts/user-document.js';
import { ServiceError } from '../../src/errors.js';
import { needsAssertion } from '../../src/signing/review/needs-assertion.js';
import { createReview } from '../../src/signing/review/review.js';
import { signReviewed } from '../../src/signing/sign-reviewed.js';
import { parseSigningRequest } from '../../src/signing/signing-request.js';
import { test } from '../test.js';
import {
  APP,
  composeRequest,
  createOneUser,
  HOUR_MS,
  NOW_MS,
  passkey,
  rightOver,
  session,
  SigningMachine,
  spaceOf,
} from './one-user.js';

const { user, key } = createOneUser();
const reading = composeRequest(
  key,
  rightOver(`${spaceOf(key.address, 'default')}/kv`, 'tinycloud.kv/get'),
);
const withPasskey = (known: UserDocument, changes: object = {}): UserDocument => ({
  ...known,
  credentials: [...known.credentials, { ...passkey, ...changes }],
});

async function open(machine: SigningMachine, message = 'hello', known = machine.disk) {
  const request = parseSigningRequest(message, 'personal_sign');
  const asked = { user: known, session, keyId: key.id, request, appOrigin: APP };
  const { id } = await createReview(machine.context, asked);
  return (more: { readonly untrustedAssertion?: unknown } = {}) =>
    signReviewed(machine.context, {
      user: known,
      session,
      keyId: key.id,
      reviewId: id,
      untilMs: 0,
      ...more,
    });
}

test('a second approval of a review is refused while the first one is verified', async (t) => {
  const machine = new SigningMachine(withPasskey(user));
  let verified = (): void => undefined;
  machine.verifyAssertion = () =>
    new Promise((resolve) => {
      verified = () => resolve((same) => same);
    });
  const approve = await open(machine);
  const first = approve({ untrustedAssertion: {} });
  await t.throwsAsync(approve({ untrustedAssertion: {} }), { code: 'ERR_REVIEW_USED' });
  verified();
  await first;
  t.is(machine.signatures.length, 1);
});

test('only a failed passkey check leaves a review open', async (t) => {
  const machine = new SigningMachine(withPasskey(user));
  const approve = await open(machine);
  await t.throwsAsync(approve(), { code: 'ERR_ASSERTION_REQUIRED' });
  machine.verifyAssertion = async () => {
    throw new ServiceError('ERR_ASSERTION_INVALID');
  };
  await t.throwsAsync(approve({ untrustedAssertion: {} }), { code: 'ERR_ASSERTION_INVALID' });
  // The passkey is valid, but is removed before the lock.
  machine.verifyAssertion = async () => () => {
    throw new ServiceError('ERR_ASSERTION_INVALID');
  };
  await t.throwsAsync(approve({ untrustedAssertion: {} }), { code: 'ERR_ASSERTION_INVALID' });
  await t.throwsAsync(approve({ untrustedAssertion: {} }), { code: 'ERR_REVIEW_USED' });
  t.is(machine.signatures.length, 0);
});

test('a passkey that is added after the review was requested is required as well', async (t) => {
  const machine = new SigningMachine(user);
  const approve = await open(machine, 'hello', user);
  machine.disk = withPasskey(machine.disk);
  await t.throwsAsync(approve(), { code: 'ERR_ASSERTION_REQUIRED' });
  t.is(machine.signatures.length, 0);
});

test('an existing passkey is required for the first request of an app and for grave rights', (t) => {
  const approved = { ...user, approvedOrigins: [APP] };
  const harmless = { appOrigin: APP, isGrave: false, isRed: false, sessionId: session.id };
  const grave = { ...harmless, isGrave: true };
  t.false(needsAssertion(user, grave, NOW_MS));
  t.true(needsAssertion(withPasskey(user), harmless, NOW_MS));
  t.false(needsAssertion(withPasskey(approved), harmless, NOW_MS));
  t.true(needsAssertion(withPasskey(approved), grave, NOW_MS));
  t.true(
    needsAssertion(withPasskey(approved), { ...harmless, appOrigin: 'https://b.example' }, NOW_MS),
  );
  // A passkey that may have been copied proves nothing.
  t.false(needsAssertion(withPasskey(approved, { clonedAtMs: NOW_MS }), grave, NOW_MS));
});

test('rights over keys that begin with a slash require a passkey as other keys do', async (t) => {
  const approved = { ...withPasskey(user), approvedOrigins: [APP] };
  const space = spaceOf(key.address, 'default');
  const rows: readonly (readonly [string, string, boolean])[] = [
    [`${space}/kv//`, 'tinycloud.kv/del', true],
    [`${space}/kv/`, 'tinycloud.kv/del', true],
    [`${space}/kv//photos/`, 'tinycloud.kv/del', true],
    [`${space}/sql//`, 'tinycloud.sql/write', true],
    [`${space}/kv//`, 'tinycloud.kv/get', false],
  ];
  for (const [resource, ability, required] of rows) {
    const machine = new SigningMachine(approved);
    const approve = await open(machine, composeRequest(key, rightOver(resource, ability)));
    if (required) await t.throwsAsync(approve(), { code: 'ERR_ASSERTION_REQUIRED' }, resource);
    else await t.notThrowsAsync(approve(), resource);
  }
});

test('the times of a message are checked again when it is signed', async (t) => {
  const machine = new SigningMachine(user);
  const soon = new Date(NOW_MS + 60_000).toISOString();
  const recap = rightOver(`${spaceOf(key.address, 'default')}/kv`, 'tinycloud.kv/get');
  const approve = await open(machine, composeRequest(key, recap, { expirationTime: soon }));
  machine.nowMs += 60_000;
  await t.throwsAsync(approve(), { code: 'ERR_REVIEW_EXPIRED_REQUEST' });
  // The clock was set back: a request that ends 30 days from now ended later than 30 days from
  // then.
  const far = new Date(NOW_MS + 30 * 24 * HOUR_MS).toISOString();
  const late = await open(machine, composeRequest(key, recap, { expirationTime: far }));
  machine.nowMs = NOW_MS - 1;
  await t.throwsAsync(late(), { code: 'ERR_POLICY_NO_EXPIRY' });
  t.is(machine.signatures.length, 0);
});

test('the setup runs only if the review showed it', async (t) => {
  for (const isShown of [true, false]) {
    const machine = new SigningMachine(user);
    machine.sideEffects = isShown
      ? {
          node: 'https://node.example',
          spaces: [],
          network: 'urn:x',
          rootSignatures: 10,
          sessionLifetimeMs: HOUR_MS,
          hostingEnds: false,
          earlierGrants: [],
          earlierGrantsLeftOut: 0,
        }
      : null;
    const approve = await open(machine, reading);
    const hooks: string[] = [];
    const { context } = machine;
    const request = parseSigningRequest(reading, 'personal_sign');
    const asked = { user: machine.disk, session, keyId: key.id, request, appOrigin: APP };
    const { id } = await createReview(context, asked);
    await signReviewed(
      {
        ...context,
        afterSign: async ({ hook }) => {
          hooks.push(hook);
          return { status: 'skipped', state: 'skipped', reason: 'not-shown' };
        },
      },
      { user, session, keyId: key.id, reviewId: id, untilMs: 0 },
    );
    t.deepEqual(hooks, [isShown ? 'run' : 'not-shown']);
    await t.notThrowsAsync(approve());
  }
});
