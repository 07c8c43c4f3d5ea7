/** What the user's document records when the person approves a request of an app. */
import { ACCOUNT_LIMITS } from '../../src/accounts/account-limits.js';
import { userCodec } from '../../src/accounts/user-codec.js';
import type { UserDocument } from '../../src/accounts/user-document.js';
import { createRecap } from '../../src/protocol/recap.js';
import { noteApproval } from '../../src/signing/note-approval.js';
import { parseSigningRequest } from '../../src/signing/signing-request.js';
import { test } from '../test.js';
import {
  APP,
  composeRequest,
  createOneUser,
  HOUR_MS,
  NOW_MS,
  rightOver,
  session,
  spaceOf,
} from './one-user.js';

const { user, key } = createOneUser();
const DAY_MS = 24 * HOUR_MS;
const files = `${spaceOf(key.address, 'default')}/kv`;
const by = (appOrigin = APP) => ({ appOrigin, key, sessionId: session.id });

function approve(
  known: UserDocument,
  message: string,
  { origin = APP, nowMs = NOW_MS } = {},
): UserDocument {
  return noteApproval(known, by(origin), parseSigningRequest(message, 'personal_sign'), nowMs);
}

const reading = (expiresAtMs: number, path = ''): string =>
  composeRequest(key, rightOver(`${files}${path}`, 'tinycloud.kv/get'), {
    expirationTime: new Date(expiresAtMs).toISOString(),
  });

test('an approval records the app, its rights in words, when they end, and each right as a hash', (t) => {
  const { apps, approvedOrigins, sessions } = approve(user, reading(NOW_MS + HOUR_MS));
  t.is(apps?.length, 1);
  t.like(apps?.[0], {
    origin: APP,
    keyAddress: key.address,
    firstApprovedAtMs: NOW_MS,
    lastApprovedAtMs: NOW_MS,
    untilMs: NOW_MS + HOUR_MS,
  });
  const [approval] = apps?.[0]?.approvals ?? [];
  t.is(approval?.rights, 'read everything in your default space');
  t.is(approval?.lastsMs, HOUR_MS);
  t.deepEqual(
    approval?.pairs.map((each) => /^[0-9a-f]{40}$/.test(each)),
    [true],
  );
  t.deepEqual(approvedOrigins, [APP]);
  t.deepEqual(sessions[0]?.appOrigins, [APP]);
});

test('a text is recorded without rights, and leaves those of earlier approvals as they are', (t) => {
  const first = approve(user, 'hello');
  t.deepEqual(first.apps?.[0]?.approvals, []);
  t.is(first.apps?.[0]?.untilMs, undefined);
  const later = approve(approve(user, reading(NOW_MS + DAY_MS)), 'hello', { nowMs: NOW_MS + 1 });
  t.like(later.apps?.[0], {
    firstApprovedAtMs: NOW_MS,
    lastApprovedAtMs: NOW_MS + 1,
    untilMs: NOW_MS + DAY_MS,
  });
  t.is(later.apps?.[0]?.approvals.length, 1);
});

test('a shorter approval hides no longer one, and an equal one takes the place of the older', (t) => {
  const long = approve(user, reading(NOW_MS + DAY_MS));
  const shorter = approve(long, reading(NOW_MS + HOUR_MS), { nowMs: NOW_MS + 1 });
  t.is(shorter.apps?.[0]?.untilMs, NOW_MS + DAY_MS);
  t.is(shorter.apps?.[0]?.approvals.length, 2);
  const again = approve(shorter, reading(NOW_MS + 2 * DAY_MS), { nowMs: NOW_MS + 2 });
  t.deepEqual(
    again.apps?.[0]?.approvals.map(({ untilMs }) => untilMs),
    [NOW_MS + 2 * DAY_MS],
  );
});

test('an issue time long ago makes no period longer than the person was told', (t) => {
  const message = composeRequest(key, rightOver(files, 'tinycloud.kv/get'), {
    issuedAt: new Date(NOW_MS - 20 * DAY_MS).toISOString(),
  });
  const [approval] = approve(user, message).apps?.[0]?.approvals ?? [];
  t.true((approval?.lastsMs ?? 0) <= HOUR_MS + 600_000);
});

test('records stay within their limits, and the oldest are dropped first', (t) => {
  let known = user;
  const { apps: maxApps, approvalsPerApp, appsPerSession, approvalPairs } = ACCOUNT_LIMITS;
  for (let at = 0; at <= maxApps; at += 1) {
    known = approve(known, 'hello', { origin: `https://app-${at}.example` });
  }
  t.is(known.apps?.length, maxApps);
  t.is(known.apps?.[0]?.origin, 'https://app-1.example');
  t.is(known.sessions[0]?.appOrigins?.length, appsPerSession);
  for (let at = 0; at <= approvalsPerApp; at += 1) {
    known = approve(known, reading(NOW_MS + HOUR_MS, `/${at}/`));
  }
  t.is(known.apps?.at(-1)?.approvals.length, approvalsPerApp);
  const many = createRecap(
    Array.from({ length: approvalPairs + 1 }, (_, at) => [`${files}/${at}/`, ['tinycloud.kv/get']]),
  );
  const wide = approve(known, composeRequest(key, many));
  t.deepEqual(wide.apps?.at(-1)?.approvals.at(-1)?.pairs, []);
  const opened = userCodec.decode(userCodec.encode(wide)) as UserDocument;
  t.deepEqual(opened.apps, wide.apps);
});

test('a document without records of apps opens, and the next approval adds the first one', (t) => {
  t.false('apps' in user);
  const opened = userCodec.decode(userCodec.encode(user)) as UserDocument;
  t.is(opened.apps, undefined);
  t.is(approve(opened, 'hello').apps?.length, 1);
});
