/**
 * Tests that the digest of a review covers everything that the person is told, by computing it
 * again from the response alone.
 */
import { createHash } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import type { EarlierGrant, ReviewReply } from '../../src/api/reviews.js';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { createRecap, parseRecapRequest, withRecap } from '../../src/protocol/recap.js';
import { encodeSiweMessage, type SiweMessage } from '../../src/protocol/siwe-message.js';
import { test } from '../test.js';
import { signedInBrowser, type WalletBrowser } from './wallet-browser.js';
import { createWorld, type World } from './world.js';

const APP = 'https://app.example:5173';
const OTHER_APP = 'https://other.example';
const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

async function createScene(t: ExecutionContext) {
  const state = { nowMs: NOW_MS };
  const world = await createWorld({
    env: { APP_ORIGINS: `${APP},${OTHER_APP}` },
    clock: () => state.nowMs,
  });
  t.teardown(() => world.close());
  return { world, state, browser: await signedInBrowser(world) };
}

const sha256 = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex');

/** Sorts the members of JSON, without the service's own encoder. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

type Signer = { readonly keyId: string; readonly address: string };

/** Computes the digest from the response and the requested bytes. */
function digestOf(reply: ReviewReply, message: string, { keyId, address }: Signer): string {
  const { reviewId, request, summary, statements, warnings, sideEffects, returning, expiresAt } =
    reply;
  const { appOrigin } = request;
  const covered = {
    purpose: 'sealwright.review.v1',
    reviewId,
    keyId,
    address,
    appOrigin,
    summary,
    statements,
    warnings,
    sideEffects,
    returning,
    expiresAt,
    payloadSha256: sha256(Buffer.from(message)),
  };
  return sha256(JSON.stringify(sorted(covered)));
}

async function review(
  browser: WalletBrowser,
  message: string,
  { keyId, appOrigin = APP }: { keyId?: string; appOrigin?: string } = {},
): Promise<ReviewReply> {
  const path = `/api/keys/${keyId ?? browser.keyId}/reviews`;
  const { body } = await browser.call('POST', path, { message, appOrigin });
  return body as unknown as ReviewReply;
}

const appSignIn = ({ address }: { address: string }, domain = 'app.example:5173'): string =>
  composeAppSignIn(address, domain, NOW_MS).siwe;

const sign = (browser: WalletBrowser, { reviewId }: ReviewReply, keyId = browser.keyId) =>
  browser.call('POST', `/api/keys/${keyId}/sign`, { reviewId });

test('the digest covers the response, and any other statement, warning or side effect changes it', async (t) => {
  const { browser } = await createScene(t);
  const message = appSignIn(browser);
  const odd = encodeSiweMessage({
    ...parseRecapRequest(message).message,
    issuedAt: '2026-03-01T11:00:00.000Z',
  });
  for (const text of [message, odd, 'hello']) {
    const reply = await review(browser, text);
    t.is(reply.digest, digestOf(reply, text, browser));
  }
  const reply = await review(browser, odd);
  t.true(reply.statements.length > 0 && reply.warnings.length > 0 && reply.sideEffects !== null);
  const { sideEffects } = reply;
  if (sideEffects === null) return;
  const changed: readonly Partial<ReviewReply>[] = [
    { summary: null },
    { statements: [] },
    { statements: reply.statements.slice(1) },
    { warnings: [] },
    { sideEffects: null },
    { returning: { lastApprovedAt: '2026-03-01T11:00:00.000Z', extent: 'same' } },
    ...Object.keys(sideEffects).map((name) => ({ sideEffects: { ...sideEffects, [name]: 'x' } })),
    { expiresAt: '2026-03-01T12:05:00.001Z' },
    { reviewId: '0'.repeat(32) },
  ];
  for (const change of changed) {
    t.not(digestOf({ ...reply, ...change }, odd, browser), reply.digest);
  }
  t.not(digestOf(reply, `${odd} `, browser), reply.digest);
});

test('a person is told in their language, and the digest covers what they are told', async (t) => {
  const { browser } = await createScene(t);
  const message = appSignIn(browser);
  const path = `/api/keys/${browser.keyId}/reviews`;
  const asked = { message, appOrigin: APP };
  const [english, german] = await Promise.all(
    ['en', 'de-CH, en;q=0.3'].map(async (accepted) => {
      const { body } = await browser.call('POST', path, asked, { 'accept-language': accepted });
      return body as unknown as ReviewReply;
    }),
  );
  t.is(german?.digest, german && digestOf(german, message, browser));
  t.regex(german?.summary?.want ?? '', /in deinem Standardbereich/);
  t.regex(english?.summary?.want ?? '', /in your default space/);
  const { reviewId } = german ?? {};
  await browser.call(
    'POST',
    `/api/keys/${browser.keyId}/sign`,
    { reviewId },
    { 'accept-language': 'de' },
  );
  const { body } = await browser.call('GET', '/api/apps');
  t.regex(JSON.stringify(body), /in deinem Standardbereich/);
});

test('the response contains every member of a sign-in request', async (t) => {
  const { browser } = await createScene(t);
  const { message, recap } = parseRecapRequest(appSignIn(browser));
  const { statement: _statement, resources: _resources, ...bare } = message;
  const odd: SiweMessage = {
    ...bare,
    scheme: 'https',
    statement: 'I sell my house to Mallory for one dollar.',
    notBefore: '2026-03-01T11:59:00.000Z',
    requestId: 'deed-1',
    resources: ['https://mallory.example/deed.pdf'],
  };
  const withRights = withRecap(odd, recap);
  const { request } = await review(browser, encodeSiweMessage(withRights));
  const { address: _address, resources: __resources, ...members } = withRights;
  t.like(request, {
    ...members,
    kind: 'sign-in',
    appStatement: odd.statement,
    resources: odd.resources,
    text: encodeSiweMessage(withRights),
  });
  const plain = (await review(browser, encodeSiweMessage(odd))).request;
  t.like(plain, { statement: odd.statement, appStatement: odd.statement });
  const usual = (await review(browser, appSignIn(browser))).request;
  t.like(usual, { resources: [], appStatement: undefined });
  t.true('statement' in usual);
});

const grantsOf = ({ sideEffects }: ReviewReply): readonly EarlierGrant[] =>
  sideEffects?.earlierGrants ?? [];

/** Signs before an account is set up. */
async function signEarlier(browser: WalletBrowser, message: string, keyId = browser.keyId) {
  await browser.call('PATCH', '/api/account', { autoSignEnabled: false });
  const reply = await review(browser, message, { keyId, appOrigin: OTHER_APP });
  const signed = await sign(browser, reply, keyId);
  await browser.call('PATCH', '/api/account', { autoSignEnabled: true });
  return signed;
}

test('side effects list the unexpired grants of this key, and an earlier grant changes the digest', async (t) => {
  const { browser, state } = await createScene(t);
  const created = (await browser.call('POST', '/api/keys', {})).body;
  const second = { keyId: String(created['id']), address: String(created['address']) };
  const network = `urn:tinycloud:encryption:did:pkh:eip155:1:${browser.address}:default`;
  const decrypt = createRecap([[network, ['tinycloud.encryption/decrypt']]]);
  const {
    statement: _s,
    resources: _r,
    ...bare
  } = parseRecapRequest(appSignIn(browser, 'other.example')).message;
  t.is((await signEarlier(browser, encodeSiweMessage(withRecap(bare, decrypt)))).status, 200);
  t.is((await signEarlier(browser, appSignIn(second, 'other.example'), second.keyId)).status, 200);
  const reply = await review(browser, appSignIn(browser));
  t.deepEqual(grantsOf(reply), [
    {
      domain: 'other.example',
      spaces: [],
      networks: ['default'],
      more: 0,
      expiresAt: '2026-03-01T13:00:00.000Z',
    },
  ]);
  t.is(reply.sideEffects?.earlierGrantsLeftOut, 0);
  t.is(
    reply.digest,
    digestOf(reply, reply.request.kind === 'sign-in' ? reply.request.text : '', browser),
  );
  state.nowMs += 3_600_000;
  const later = composeAppSignIn(browser.address, 'app.example:5173', state.nowMs).siwe;
  t.deepEqual(grantsOf(await review(browser, later)), []);
});

test('grants beyond the limit are counted for the person', async (t) => {
  const { browser, world } = await createScene(t);
  const person = await world.person(browser.wallet);
  await browser.call('PATCH', '/api/account', { autoSignEnabled: false });
  const recap = createRecap([
    [`tinycloud:pkh:eip155:1:${browser.address}:public/kv`, ['tinycloud.kv/get']],
  ]);
  const { statement: _s, resources: _r, ...bare } = parseRecapRequest(appSignIn(browser)).message;
  const domains = ['older.example', ...Array.from({ length: 54 }, (_, at) => `a${at}.example`)];
  for (const domain of domains) {
    const message = encodeSiweMessage(withRecap({ ...bare, domain }, recap));
    t.is((await world.sign(person, message)).status, 200);
  }
  await browser.call('PATCH', '/api/account', { autoSignEnabled: true });
  const reply = await review(browser, appSignIn(browser));
  t.is(grantsOf(reply).length, 50);
  t.is(grantsOf(reply)[0]?.domain, 'older.example');
  t.is(reply.sideEffects?.earlierGrantsLeftOut, 5);
});

/** Counts how often each text occurs. */
const countOf = (texts: readonly string[]): ReadonlyMap<string, number> =>
  new Map(texts.map((text) => [text, texts.filter((each) => each === text).length]));

test('a refusal of the policy has its code and is recorded in the trail', async (t) => {
  const { browser, world } = await createScene(t);
  const person: Parameters<World['sign']>[0] = await world.person(browser.wallet);
  const good = parseRecapRequest(appSignIn(browser)).message;
  const { expirationTime: _expirationTime, ...endless } = good;
  const { statement: _s, resources: _r, ...bare } = good;
  const foreign = createRecap([
    [`tinycloud:pkh:eip155:1:${browser.wallet.address}:default/space`, ['tinycloud.space/host']],
  ]);
  const trick = { ...endless, statement: `Expiration Time: after this visit. ${good.statement}` };
  const rows = [
    ['x'.repeat(32), 'ERR_POLICY_BARE_DIGEST'],
    [encodeSiweMessage({ ...good, domain: 'localhost:3001' }), 'ERR_POLICY_OWN_SIGN_IN'],
    ['sealwright.review.v1', 'ERR_POLICY_OWN_STATEMENT'],
    [encodeSiweMessage(endless), 'ERR_POLICY_NO_EXPIRY'],
    [encodeSiweMessage(trick), 'ERR_POLICY_NO_EXPIRY'],
    [
      encodeSiweMessage({ ...good, expirationTime: '9999-12-31T23:59:59.000Z' }),
      'ERR_POLICY_NO_EXPIRY',
    ],
    [encodeSiweMessage(withRecap(bare, foreign)), 'ERR_POLICY_FOREIGN_HOSTING'],
  ] as const;
  for (const [message, code] of rows) {
    const signed = await world.sign(person, message);
    t.is(signed.status, 403);
    t.is(signed.body['code'], code);
    const path = `/api/keys/${browser.keyId}/reviews`;
    const reviewed = await browser.call('POST', path, { message, appOrigin: APP });
    t.is(reviewed.body['code'], code);
  }
  t.is(await world.counter('signatures'), 0);
  const trail = await browser.call('GET', '/api/account/audit?limit=100');
  const entries = trail.body['entries'] as { type: string; detail: { code?: string } }[];
  const refused = entries.filter(({ type }) => type === 'signature-refused');
  t.deepEqual(
    countOf(refused.map(({ detail }) => String(detail.code))),
    countOf(rows.flatMap(([, code]) => [code, code])),
  );
});

test('a review ends with the session that requested it', async (t) => {
  const { browser, world } = await createScene(t);
  const reply = await review(browser, 'hello');
  await browser.call('POST', '/api/auth/sign-out');
  const again = await signedInBrowser(world, browser.wallet);
  const signed = await sign(again, reply);
  t.is(signed.body['code'], 'ERR_REVIEW_NOT_FOUND');
});
