/** Tests that a browser signs only what its person saw: the reviewed bytes are the signed bytes. */
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { verifyMessage } from 'ethers';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { createRecap, encodeRecapUrn, withRecap } from '../../src/protocol/recap.js';
import { parseAddress } from '../../src/protocol/address.js';
import {
  encodeSiweMessage,
  parseSiweMessage,
  type SiweMessage,
} from '../../src/protocol/siwe-message.js';
import { createWorld, outcomeOf, type Answer, type World } from './world.js';
import { signedInBrowser, type WalletBrowser } from './wallet-browser.js';

const APP = 'https://app.example:5173';
const OTHER_APP = 'https://other.example';
const env = {
  APP_ORIGINS: `${APP},${OTHER_APP},https://xn--pple-43d.example`,
  // A response waits until the account is set up, however slow the machine is.
  TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '30000',
};

const codeOf = ({ body }: { readonly body: Record<string, unknown> }) => body['code'];

async function reviewedWorld(t: ExecutionContext, clock?: () => number): Promise<World> {
  const world = await createWorld({ env, ...(clock === undefined ? {} : { clock }) });
  t.teardown(() => world.close());
  return world;
}

const appSignIn = (browser: WalletBrowser, domain = 'app.example:5173', nowMs = Date.now()) =>
  composeAppSignIn(browser.address, domain, nowMs).siwe;

const review = (browser: WalletBrowser, message: string, appOrigin = APP): Promise<Answer> =>
  browser.call('POST', `/api/keys/${browser.keyId}/reviews`, { message, appOrigin });

const sign = (
  browser: WalletBrowser,
  body: Readonly<Record<string, unknown>>,
  keyId = browser.keyId,
): Promise<Answer> => browser.call('POST', `/api/keys/${keyId}/sign`, body);

test('a review shows rights and side effects, and its approval signs those bytes and sets up the account', async (t) => {
  const world = await reviewedWorld(t);
  const browser = await signedInBrowser(world);
  const message = appSignIn(browser);
  const { status, body } = await review(browser, message);
  t.is(status, 201);
  t.regex(String(body['reviewId']), /^[0-9a-f]{32}$/);
  t.regex(String(body['digest']), /^[0-9a-f]{64}$/);
  t.like(body['request'], {
    kind: 'sign-in',
    appOrigin: APP,
    domain: 'app.example:5173',
    text: message,
  });
  const effects = body['sideEffects'] as { spaces: string[]; rootSignatures: number; node: string };
  t.is(effects.spaces.length, 5);
  t.is(effects.rootSignatures, 10);
  t.is(effects.node, world.node.url);
  const signed = await sign(browser, { reviewId: body['reviewId'] });
  t.is(signed.status, 200);
  t.is(verifyMessage(message, String(signed.body['signature'])), browser.address);
  t.like(outcomeOf(signed), { status: 'complete' });
  t.is(await world.counter('root_signatures'), 10);
});

test('a sign-in that names the host of the app without its port is signed, and the person is told', async (t) => {
  const world = await reviewedWorld(t);
  const browser = await signedInBrowser(world);
  const message = encodeSiweMessage({
    ...parseSiweMessage(appSignIn(browser)),
    domain: 'app.example',
  });
  const { body } = await review(browser, message);
  t.like(body, {
    warnings: [{ id: 'domain-without-port' }],
    summary: { lines: [{ subject: 'form', level: 'notice' }] },
  });
  const signed = await sign(browser, { reviewId: body['reviewId'] });
  t.is(verifyMessage(message, String(signed.body['signature'])), browser.address);
});

test('a browser signs nothing without a review', async (t) => {
  const world = await reviewedWorld(t);
  const browser = await signedInBrowser(world);
  for (const message of ['hello', appSignIn(browser)]) {
    t.is(codeOf(await sign(browser, { message })), 'ERR_REVIEW_REQUIRED');
  }
  t.is(await world.counter('signatures'), 0);
  t.is(world.node.requests.filter(({ route }) => route === '/delegate').length, 0);
});

test('a review is valid once, for its user, key, app and bytes, before its expiry', async (t) => {
  let offsetMs = 0;
  const world = await reviewedWorld(t, () => Date.now() + offsetMs);
  const browser = await signedInBrowser(world);
  const stranger = await signedInBrowser(world);
  const created = await browser.call('POST', '/api/keys', {});
  const otherKey = String(created.body['id']);
  const open = async (message = 'a text to sign'): Promise<string> =>
    String((await review(browser, message)).body['reviewId']);
  const reviewId = await open();
  t.is(codeOf(await sign(stranger, { reviewId })), 'ERR_REVIEW_NOT_FOUND');
  t.is(codeOf(await sign(browser, { reviewId: '0'.repeat(32) })), 'ERR_REVIEW_NOT_FOUND');
  t.is(codeOf(await sign(browser, { reviewId }, otherKey)), 'ERR_REVIEW_OTHER_KEY');
  t.is(codeOf(await sign(browser, { reviewId, appOrigin: OTHER_APP })), 'ERR_REVIEW_OTHER_ORIGIN');
  t.is(codeOf(await sign(browser, { reviewId, message: 'another' })), 'ERR_REVIEW_OTHER_BYTES');
  t.is((await sign(browser, { reviewId, message: 'a text to sign', appOrigin: APP })).status, 200);
  t.is(codeOf(await sign(browser, { reviewId })), 'ERR_REVIEW_USED');
  const late = await open();
  offsetMs += 300_000;
  t.is(codeOf(await sign(browser, { reviewId: late })), 'ERR_REVIEW_EXPIRED');
});

test('of many simultaneous approvals of one review only one signs', async (t) => {
  const world = await reviewedWorld(t);
  const browser = await signedInBrowser(world);
  const { body } = await review(browser, 'a text to sign');
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => sign(browser, { reviewId: body['reviewId'] })),
  );
  t.is(answers.filter(({ status }) => status === 200).length, 1);
  t.true(
    answers
      .filter(({ status }) => status !== 200)
      .every((each) => codeOf(each) === 'ERR_REVIEW_USED'),
  );
  t.is(await world.counter('signatures'), 1);
});

test('a request for another app, key or time is refused before a review, each with its code', async (t) => {
  const world = await reviewedWorld(t);
  const browser = await signedInBrowser(world);
  const good = parseSiweMessage(appSignIn(browser));
  const text = (changes: Partial<SiweMessage>): string =>
    encodeSiweMessage({ ...good, ...changes });
  const raw = (from: string, to: string): string => encodeSiweMessage(good).replace(from, to);
  const urn = good.resources?.[0] ?? '';
  const other = encodeRecapUrn(
    createRecap([[`tinycloud:pkh:eip155:1:${browser.address}:public/kv`, ['tinycloud.kv/get']]]),
  );
  const rows: readonly (readonly [string, string, string?])[] = [
    [text({ domain: 'other.example' }), 'ERR_REVIEW_DOMAIN'],
    [text({ domain: 'APP.example:5173' }), 'ERR_REVIEW_DOMAIN'],
    [text({ domain: 'app.example:5174' }), 'ERR_REVIEW_DOMAIN'],
    [text({ domain: 'app.example:80' }), 'ERR_REVIEW_DOMAIN'],
    [text({ domain: 'example' }), 'ERR_REVIEW_DOMAIN'],
    [text({ domain: 'xn--pp-rja.example:5173' }), 'ERR_REVIEW_DOMAIN'],
    [text({ scheme: 'http' }), 'ERR_REVIEW_DOMAIN'],
    [raw('app.example', '\u0430pp.example'), 'ERR_SIWE_INVALID'],
    [text({ address: parseAddress(browser.wallet.address) }), 'ERR_REVIEW_ADDRESS'],
    [text({ chainId: 10 }), 'ERR_REVIEW_CHAIN'],
    [text({ expirationTime: '2020-01-01T00:00:00.000Z' }), 'ERR_REVIEW_EXPIRED_REQUEST'],
    [text({ notBefore: '2999-01-01T00:00:00.000Z' }), 'ERR_REVIEW_NOT_YET_VALID'],
    [text({ resources: [other, urn] }), 'ERR_RECAP_SEVERAL'],
    [text({ resources: [urn, 'https://app.example/terms'] }), 'ERR_RECAP_NOT_LAST'],
    [text({ resources: [other] }), 'ERR_RECAP_STATEMENT'],
    [text({ statement: 'Just sign in.' }), 'ERR_RECAP_STATEMENT'],
    [raw(urn, `${urn}AA`), 'ERR_RECAP_INVALID'],
    [raw('Version: 1', 'Version: 2'), 'ERR_SIWE_INVALID'],
    [`${encodeSiweMessage(good)}\n`, 'ERR_SIWE_INVALID'],
    ['hello', 'ERR_REVIEW_APP_ORIGIN', 'https://evil.example'],
    ['hello', 'ERR_REVIEW_APP_ORIGIN', `${APP}/`],
    ['hello', 'ERR_REVIEW_APP_ORIGIN', 'null'],
    ['x'.repeat(32), 'ERR_POLICY_BARE_DIGEST'],
  ];
  for (const [message, code, appOrigin] of rows) {
    const answer = await review(browser, message, appOrigin);
    t.is(codeOf(answer), code, message.slice(0, 60));
  }
  t.is((await review(browser, encodeSiweMessage(good))).status, 201);
  const idn = encodeSiweMessage({ ...good, domain: 'xn--pple-43d.example' });
  const { body } = await review(browser, idn, 'https://xn--pple-43d.example');
  t.true((body['warnings'] as { id: string }[]).some(({ id }) => id === 'punycode-domain'));
});

test('a request that expires during its review is not signed', async (t) => {
  let offsetMs = 0;
  const world = await reviewedWorld(t, () => Date.now() + offsetMs);
  const browser = await signedInBrowser(world);
  const soon = new Date(Date.now() + 60_000).toISOString();
  const message = encodeSiweMessage({
    ...parseSiweMessage(appSignIn(browser)),
    expirationTime: soon,
  });
  const { body } = await review(browser, message);
  offsetMs += 61_000;
  t.is(codeOf(await sign(browser, { reviewId: body['reviewId'] })), 'ERR_REVIEW_EXPIRED_REQUEST');
});

test('a preference that is turned on after a review does not set up the account', async (t) => {
  const world = await reviewedWorld(t);
  const browser = await signedInBrowser(world);
  await browser.call('PATCH', '/api/account', { autoSignEnabled: false });
  const { body } = await review(browser, appSignIn(browser));
  t.is(body['sideEffects'], null);
  await browser.call('PATCH', '/api/account', { autoSignEnabled: true });
  const signed = await sign(browser, { reviewId: body['reviewId'] });
  t.like(outcomeOf(signed), { status: 'skipped', reason: 'not-shown' });
  t.is(await world.counter('root_signatures'), 0);
});

test('side effects list earlier rights that take effect and are part of the digest', async (t) => {
  const world = await reviewedWorld(t);
  const browser = await signedInBrowser(world);
  await browser.call('PATCH', '/api/account', { autoSignEnabled: false });
  const earlier = await review(browser, appSignIn(browser, 'other.example'), OTHER_APP);
  await sign(browser, { reviewId: earlier.body['reviewId'] });
  await browser.call('PATCH', '/api/account', { autoSignEnabled: true });
  const { body } = await review(browser, appSignIn(browser));
  const { earlierGrants } = body['sideEffects'] as {
    earlierGrants: { domain: string; spaces: string[] }[];
  };
  t.is(earlierGrants.length, 1);
  t.like(earlierGrants[0], { domain: 'other.example' });
  t.deepEqual(earlierGrants[0]?.spaces.toSorted(), ['account', 'default']);
});

test('a sign-in in raw format is reviewed as its text', async (t) => {
  const world = await reviewedWorld(t);
  const browser = await signedInBrowser(world);
  const message = `0x${Buffer.from(appSignIn(browser)).toString('hex')}`;
  const body = { message, format: 'raw', appOrigin: APP };
  const answer = await browser.call('POST', `/api/keys/${browser.keyId}/reviews`, body);
  t.like(answer.body['request'], { kind: 'sign-in' });
  t.true((answer.body['statements'] as unknown[]).length > 0);
});

test('a person has at most ten reviews, and a new one replaces the oldest', async (t) => {
  const world = await reviewedWorld(t);
  const browser = await signedInBrowser(world);
  const ids: string[] = [];
  for (let count = 0; count < 11; count += 1) {
    ids.push(String((await review(browser, `text ${count}`)).body['reviewId']));
  }
  t.is(codeOf(await sign(browser, { reviewId: ids[0] })), 'ERR_REVIEW_NOT_FOUND');
  t.is((await sign(browser, { reviewId: ids[1] })).status, 200);
});

test('unknown rights and keys that begin with a slash are shown literally', async (t) => {
  const world = await reviewedWorld(t);
  const browser = await signedInBrowser(world);
  const space = `tinycloud:pkh:eip155:1:${browser.address}:default`;
  const base = parseSiweMessage(appSignIn(browser));
  const { resources: _resources, statement: _statement, ...bare } = base;
  const recap = createRecap([
    [`${space}/kv//`, ['tinycloud.kv/get']],
    [`${space}/kv`, ['tinycloud.kv/teleport']],
  ]);
  const { body } = await review(browser, encodeSiweMessage(withRecap(bare, recap)));
  const statements = body['statements'] as { kind: string; text: string }[];
  t.deepEqual(
    statements.map(({ kind }) => kind),
    ['unknown', 'read'],
  );
  t.true(statements[0]?.text.includes('tinycloud.kv/teleport'));
  t.true(statements[1]?.text.includes('keys that begin with a slash'));
  const warned = (body['warnings'] as { id: string }[]).map(({ id }) => id);
  t.deepEqual(warned, ['void-grant', 'unknown-right']);
});
