/** What ends when a person stops an app, and what does not. */
import { isStoppedHost } from '../../src/accounts/app-record.js';
import type { UserSession } from '../../src/accounts/user-document.js';
import { findAllowedRequest } from '../../src/provisioning/allow-list.js';
import { sessionRecap } from '../../src/bootstrap/session-grants.js';
import { delegateSign } from '../../src/signing/delegate-sign.js';
import { needsAssertion } from '../../src/signing/review/needs-assertion.js';
import { createReview } from '../../src/signing/review/review.js';
import { signReviewed } from '../../src/signing/sign-reviewed.js';
import { parseSigningRequest } from '../../src/signing/signing-request.js';
import { stopApp } from '../../src/signing/stop-app.js';
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

const { user: first, key } = createOneUser();
const OTHER = 'https://other.example';
const frame: UserSession = { ...session, id: 'f'.repeat(16), appOrigins: [APP] };
const shared: UserSession = { ...session, id: 'w'.repeat(16), appOrigins: [OTHER, APP] };
const user = {
  ...first,
  sessions: [session, frame, shared],
  preferences: { autoSignEnabled: true, delegateSignEnabled: true },
};
const owner = { chainId: 1, address: key.address };
const reading = composeRequest(
  key,
  rightOver(`${spaceOf(key.address, 'default')}/kv`, 'tinycloud.kv/get'),
);
const asking = { user: { userId: user.userId }, session: { id: session.id } };

async function open(machine: SigningMachine, message = reading) {
  const request = parseSigningRequest(message, 'personal_sign');
  const asked = { user: machine.disk, session: frame, keyId: key.id, request, appOrigin: APP };
  const { id } = await createReview(machine.context, asked);
  return () =>
    signReviewed(machine.context, {
      user: machine.disk,
      session: machine.disk.sessions.find((each) => each.id === frame.id) ?? session,
      keyId: key.id,
      reviewId: id,
      untilMs: 0,
    });
}

async function approvedMachine(): Promise<SigningMachine> {
  const machine = new SigningMachine(user);
  await (
    await open(machine)
  )();
  return machine;
}

test('stopping ends the sessions that served only the app, and says until when its rights hold', async (t) => {
  const machine = await approvedMachine();
  machine.nowMs += 1;
  t.deepEqual(await stopApp(machine.context, asking, APP), {
    untilMs: NOW_MS + HOUR_MS,
    sessions: 1,
  });
  const { sessions, apps } = machine.disk;
  t.deepEqual(
    sessions.map(({ id }) => id),
    [session.id, shared.id],
  );
  t.is(apps?.[0]?.stoppedAtMs, machine.nowMs);
  t.is(machine.disk.audit.added.at(-1)?.type, 'app-stopped');
  machine.nowMs += HOUR_MS;
  t.is((await stopApp(machine.context, asking, APP)).untilMs, undefined);
});

test('the session that stops an app stays, also where it served only that app', async (t) => {
  const machine = await approvedMachine();
  const own = { ...asking, session: { id: frame.id } };
  t.is((await stopApp(machine.context, own, APP)).sessions, 0);
  t.true(machine.disk.sessions.some(({ id }) => id === frame.id));
});

test('an app that was never approved cannot be stopped', async (t) => {
  const machine = await approvedMachine();
  await t.throwsAsync(stopApp(machine.context, asking, OTHER), { code: 'ERR_APP_NOT_FOUND' });
});

test('an app of a document without records is stopped by its grants', async (t) => {
  const machine = await approvedMachine();
  const { apps: _none, ...older } = machine.disk;
  machine.disk = older;
  t.is((await stopApp(machine.context, asking, APP)).untilMs, NOW_MS + HOUR_MS);
  t.false(machine.disk.approvedOrigins.includes(APP));
});

test('after a stop the next request requires a passkey again', async (t) => {
  const machine = await approvedMachine();
  machine.disk = { ...machine.disk, credentials: [...machine.disk.credentials, passkey] };
  const harmless = { appOrigin: APP, isGrave: false, isRed: false, sessionId: frame.id };
  t.false(needsAssertion(machine.disk, harmless, NOW_MS));
  await stopApp(machine.context, asking, APP);
  t.true(needsAssertion(machine.disk, harmless, NOW_MS));
});

test('a review that was open when the app was stopped signs nothing', async (t) => {
  const machine = await approvedMachine();
  const approve = await open(machine);
  await stopApp(machine.context, { ...asking, session: { id: frame.id } }, APP);
  await t.throwsAsync(approve(), { code: 'ERR_REVIEW_NOT_FOUND' });
  t.is(machine.signatures.length, 1);
});

test('an approval that is under way when the app is stopped signs nothing', async (t) => {
  const machine = await approvedMachine();
  const approve = await open(machine);
  machine.verifyAssertion = async () => {
    await stopApp(machine.context, { ...asking, session: { id: frame.id } }, APP);
    return (same) => same;
  };
  machine.disk = { ...machine.disk, credentials: [...machine.disk.credentials, passkey] };
  const asked = parseSigningRequest(reading, 'personal_sign');
  const { id } = await createReview(machine.context, {
    user: machine.disk,
    session: frame,
    keyId: key.id,
    request: asked,
    appOrigin: APP,
  });
  const signing = signReviewed(machine.context, {
    user: machine.disk,
    session: frame,
    keyId: key.id,
    reviewId: id,
    untrustedAssertion: {},
    untilMs: 0,
  });
  await t.throwsAsync(signing, { code: 'ERR_REVIEW_NOT_FOUND' });
  await t.throwsAsync(approve(), { code: 'ERR_REVIEW_NOT_FOUND' });
  t.is(machine.signatures.length, 1);
});

test('nothing is signed without a prompt for an app that was stopped, until it is approved again', async (t) => {
  const machine = await approvedMachine();
  const ask = () =>
    delegateSign(
      { ...machine.context, findAllowedRequest },
      {
        user: machine.disk,
        session,
        ...owner,
        request: parseSigningRequest(
          composeRequest(key, sessionRecap(owner, 'default')),
          'personal_sign',
        ),
        type: 'siwe',
        untilMs: 0,
      },
    );
  t.like(await ask(), { approved: true });
  const before = machine.disk;
  await stopApp(machine.context, { ...asking, session: { id: frame.id } }, APP);
  t.like(await ask(), { approved: false, code: 'app_stopped' });
  // The decision was made before the stop, and the signature comes after it.
  const stopped = machine.disk;
  machine.disk = before;
  const late = delegateSign(
    {
      ...machine.context,
      findAllowedRequest: (...args) => {
        machine.disk = stopped;
        return findAllowedRequest(...args);
      },
    },
    {
      user: before,
      session,
      ...owner,
      request: parseSigningRequest(
        composeRequest(key, sessionRecap(owner, 'default')),
        'personal_sign',
      ),
      type: 'siwe',
      untilMs: 0,
    },
  );
  t.like(await late, { approved: false, code: 'app_stopped' });
  machine.nowMs += 1;
  await (
    await open(machine)
  )();
  t.false(isStoppedHost(machine.disk, 'app.example'));
  t.like(await ask(), { approved: true });
});
