/** Which requests a person is shown on the short screen: those for no more than they approved. */
import type { ExecutionContext } from 'ava';
import fc from 'fast-check';
import type { UserDocument, UserKey } from '../../src/accounts/user-document.js';
import { createRecap } from '../../src/protocol/recap.js';
import {
  encodeSiweMessage,
  parseSiweMessage,
  type SiweMessage,
} from '../../src/protocol/siwe-message.js';
import { createReview, type Review } from '../../src/signing/review/review.js';
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
  session,
  SigningMachine,
  spaceOf,
} from './one-user.js';

const { user: first, key } = createOneUser();
const DAY_MS = 24 * HOUR_MS;
const LATER_MS = NOW_MS + 60 * DAY_MS;
const user = {
  ...first,
  sessions: [{ ...session, expiresAtMs: LATER_MS, lastSeenAtMs: LATER_MS }],
};
const inSpace = (name: string): string => spaceOf(key.address, name);

type Entry = readonly [resource: string, abilities: readonly string[]];
const USUAL: readonly Entry[] = [
  [`${inSpace('default')}/kv`, ['tinycloud.kv/del', 'tinycloud.kv/get', 'tinycloud.kv/put']],
  [`${inSpace('default')}/sql`, ['tinycloud.sql/read', 'tinycloud.sql/write']],
  [`${inSpace('account')}/kv/spaces/`, ['tinycloud.kv/get', 'tinycloud.kv/list']],
];

/** Returns a right of another key over its own files. */
const rightsOf = ({ address }: UserKey): readonly Entry[] => [
  [`${spaceOf(address, 'default')}/kv`, ['tinycloud.kv/get']],
];

/** Composes a request that is issued now and lasts an hour. */
function ask(
  machine: SigningMachine,
  entries: readonly Entry[] = USUAL,
  changes: Partial<SiweMessage> = {},
): string {
  return composeRequest(key, createRecap(entries), {
    issuedAt: new Date(machine.nowMs).toISOString(),
    expirationTime: new Date(machine.nowMs + HOUR_MS).toISOString(),
    ...changes,
  });
}

const review = (machine: SigningMachine, message: string, appOrigin = APP): Promise<Review> =>
  createReview(machine.context, {
    user: machine.disk,
    session,
    keyId: key.id,
    request: parseSigningRequest(message, 'personal_sign'),
    appOrigin,
  });

async function approve(machine: SigningMachine, message: string): Promise<Review> {
  const opened = await review(machine, message);
  const order = { user: machine.disk, session, keyId: key.id, reviewId: opened.id, untilMs: 0 };
  await signReviewed(machine.context, order);
  return opened;
}

async function approvedMachine(known: UserDocument = user): Promise<SigningMachine> {
  const machine = new SigningMachine(known);
  await approve(machine, ask(machine));
  machine.nowMs += DAY_MS;
  return machine;
}

async function expectFull(
  t: ExecutionContext,
  change: (machine: SigningMachine) => string | Promise<string>,
): Promise<void> {
  const machine = await approvedMachine();
  t.not((await review(machine, ask(machine))).returning, null);
  const message = await change(machine);
  t.is((await review(machine, message)).returning, null);
}

test('a request for the same rights a day later has the short screen, with all data in one line', async (t) => {
  const machine = new SigningMachine(user);
  const before = await approve(machine, ask(machine));
  t.is(before.returning, null);
  t.is(before.summary?.lines.length, 3);
  machine.nowMs += DAY_MS;
  const { returning, summary } = await review(machine, ask(machine));
  t.deepEqual(returning, { lastApprovedAt: new Date(NOW_MS).toISOString(), extent: 'same' });
  t.deepEqual(
    summary?.lines.map(({ title, parts }) => [title, parts.length]),
    [
      ['All your files and databases', 2],
      ['Usual TinyCloud upkeep', 1],
    ],
  );
  t.is(summary?.rights, 7);
});

test('a request for fewer rights or a shorter time is recognized, and says that it asks for less', async (t) => {
  const machine = await approvedMachine();
  const soon = new Date(machine.nowMs + 60_000).toISOString();
  const { returning } = await review(
    machine,
    ask(machine, USUAL.slice(1), { expirationTime: soon }),
  );
  t.is(returning?.extent, 'less');
});

test('one more right than was approved brings the full review back', async (t) => {
  const machine = await approvedMachine();
  const rights = fc.record({
    path: fc.constantFrom('', '/', '/notes/', '/notes'),
    service: fc.constantFrom('kv', 'sql'),
    space: fc.constantFrom('default', 'account', 'public', 'applications', 'photos'),
    ability: fc.constantFrom('kv/get', 'kv/put', 'kv/list', 'kv/metadata', 'sql/read', 'sql/admin'),
  });
  const known = new Set(USUAL.flatMap(([uri, abilities]) => abilities.map((each) => uri + each)));
  await fc.assert(
    fc.asyncProperty(rights, async ({ path, service, space, ability }) => {
      const resource = `${inSpace(space)}/${service}${path}`;
      fc.pre(!known.has(`${resource}tinycloud.${ability}`));
      const merged = new Map(USUAL.map(([uri, abilities]) => [uri, [...abilities]]));
      merged.set(resource, [...(merged.get(resource) ?? []), `tinycloud.${ability}`]);
      const { returning } = await review(machine, ask(machine, [...merged]));
      t.is(returning, null, `${resource} ${ability}`);
    }),
    { numRuns: 25 },
  );
});

test('rights of several approvals count together', async (t) => {
  const machine = new SigningMachine(user);
  await approve(machine, ask(machine, USUAL.slice(0, 1)));
  await approve(machine, ask(machine, USUAL.slice(1)));
  t.is((await review(machine, ask(machine))).returning?.extent, 'less');
});

test('another app, another key, or a text has the full review', async (t) => {
  const machine = await approvedMachine();
  t.is((await review(machine, 'hello')).returning, null);
  const { context } = machine;
  const other = { ...context.signing, appOrigins: [APP, 'http://app.example'] };
  const request = parseSigningRequest(ask(machine), 'personal_sign');
  const asked = { user: machine.disk, session, keyId: key.id, request };
  const byOther = { ...asked, appOrigin: 'http://app.example' };
  t.is((await createReview({ ...context, signing: other }, byOther)).returning, null);
  const [, second] = machine.disk.keys;
  if (second === undefined) return t.fail();
  const bySecond = composeRequest(second, createRecap(rightsOf(second)), {
    issuedAt: new Date(machine.nowMs).toISOString(),
    expirationTime: new Date(machine.nowMs + HOUR_MS).toISOString(),
  });
  const secondRequest = parseSigningRequest(bySecond, 'personal_sign');
  const secondAsked = { ...asked, keyId: second.id, request: secondRequest, appOrigin: APP };
  t.is((await createReview(context, secondAsked)).returning, null);
});

/** Composes a sign-in without rights, which any earlier approval covers. */
function withoutRights(machine: SigningMachine): string {
  const {
    statement: _statement,
    resources: _resources,
    ...message
  } = parseSiweMessage(ask(machine));
  return encodeSiweMessage(message);
}

test('a sign-in without rights has the short screen after any approval', async (t) => {
  const machine = await approvedMachine();
  t.is((await review(machine, withoutRights(machine))).returning?.extent, 'less');
});

test('the full review is shown for an app that was stopped', (t) =>
  expectFull(t, async (machine) => {
    const asking = { user: { userId: user.userId }, session: { id: session.id } };
    await stopApp(machine.context, asking, APP);
    return withoutRights(machine);
  }));

test('the full review is shown for a request 30 days later', (t) =>
  expectFull(t, (machine) => {
    machine.nowMs = NOW_MS + 30 * DAY_MS;
    return ask(machine);
  }));

test('the full review is shown for a longer period', (t) =>
  expectFull(t, (machine) =>
    ask(machine, USUAL, {
      expirationTime: new Date(machine.nowMs + HOUR_MS + 1_000).toISOString(),
    }),
  ));

test('the full review is shown for something red', (t) =>
  expectFull(t, async (machine) => {
    const secrets: readonly Entry[] = [[`${inSpace('secrets')}/kv`, ['tinycloud.kv/get']]];
    await approve(machine, ask(machine, secrets));
    return ask(machine, secrets);
  }));

test('the full review is shown for a set-up', (t) =>
  expectFull(t, (machine) => {
    machine.sideEffects = {
      node: 'https://node.example',
      spaces: [],
      network: 'urn:x',
      rootSignatures: 10,
      sessionLifetimeMs: HOUR_MS,
      hostingEnds: false,
      earlierGrants: [],
      earlierGrantsLeftOut: 0,
    };
    return ask(machine);
  }));

test('the full review is shown for an odd time', (t) =>
  expectFull(t, (machine) =>
    ask(machine, USUAL, { issuedAt: new Date(machine.nowMs + HOUR_MS).toISOString() }),
  ));

/** Returns the request with other members, its statement as the ReCap requires. */
function changed(machine: SigningMachine, changes: Partial<SiweMessage>): string {
  const message = parseSiweMessage(ask(machine));
  const { statement = '', resources = [] } = message;
  return encodeSiweMessage({
    ...message,
    ...changes,
    ...(changes.statement === undefined ? {} : { statement: `${changes.statement} ${statement}` }),
    ...(changes.resources === undefined ? {} : { resources: [...changes.resources, ...resources] }),
  });
}

test('the full review is shown for a statement of the app', (t) =>
  expectFull(t, (machine) => changed(machine, { statement: 'I agree to the terms.' })));

test('the full review is shown for another resource', (t) =>
  expectFull(t, (machine) => changed(machine, { resources: ['https://app.example/terms'] })));

test('the full review is shown for a request id', (t) =>
  expectFull(t, (machine) => changed(machine, { requestId: 'offer-7' })));
