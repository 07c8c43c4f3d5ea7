/**
 * Tests passkeys in practice: several tabs, synced copies, password managers, and an owner who was
 * locked out.
 */
import { test } from '../test.js';
import type { ExecutionContext } from 'ava';
import { BrowserClient } from '../scenarios/browser-client.js';
import { type Answer, createWorld, type World } from '../scenarios/world.js';
import { SoftwarePasskey } from './software-authenticator.js';

const ORIGIN = 'http://localhost:3001';
const AUTH = '/api/auth/passkey';
const codeOf = ({ status, body }: Answer): unknown => body['code'] ?? status;
const BACKED_UP = { synced: true };
const ONE_DEVICE = { synced: false };

async function createScene(
  t: ExecutionContext,
): Promise<{ world: World; readonly pass: (ms: number) => void }> {
  let offsetMs = 0;
  const world = await createWorld({ clock: () => Date.now() + offsetMs });
  t.teardown(() => world.close());
  return { world, pass: (ms) => void (offsetMs += ms) };
}

test('assertions that arrive out of order block no passkey', async (t) => {
  const { world, pass } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN, ONE_DEVICE);
  await new BrowserClient(world).register(passkey);
  const [first, second] = [new BrowserClient(world), new BrowserClient(world)];
  const askedFirst = await first.post(`${AUTH}/authenticate/options`);
  pass(10);
  const askedSecond = await second.post(`${AUTH}/authenticate/options`);
  const early = passkey.get(askedFirst.body['publicKey']);
  const late = passkey.get(askedSecond.body['publicKey']);
  pass(10);
  const send = (browser: BrowserClient, credential: unknown): Promise<Answer> =>
    browser.post(`${AUTH}/authenticate/verify`, { credential });
  t.is((await send(second, late)).status, 200);
  const refused = await send(first, early);
  t.is(codeOf(refused), 'ERR_PASSKEY_OUTDATED');
  t.is(first.cookie, undefined);
  pass(10);
  t.is((await first.authenticate(passkey)).status, 200);
});

test('a lower counter with a challenge from after the last use marks the passkey', async (t) => {
  const { world, pass } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN, ONE_DEVICE);
  await new BrowserClient(world).register(passkey);
  const browser = new BrowserClient(world);
  t.is((await browser.authenticate(passkey)).status, 200);
  pass(10);
  const copy = new BrowserClient(world);
  t.is(codeOf(await copy.authenticate(passkey, { counter: 1 })), 'ERR_PASSKEY_CLONED');
});

test('a synced passkey may stop counting', async (t) => {
  const { world, pass } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN, BACKED_UP);
  await new BrowserClient(world).register(passkey, { wrong: { counter: 7 } });
  for (const counter of [0, 5, 5, 0]) {
    pass(10);
    const browser = new BrowserClient(world);
    t.is((await browser.authenticate(passkey, { counter })).status, 200, String(counter));
  }
});

test('the owner unblocks a passkey from another credential, and only from another', async (t) => {
  const { world, pass } = await createScene(t);
  const [passkey, spare] = [
    new SoftwarePasskey(ORIGIN, ONE_DEVICE),
    new SoftwarePasskey(ORIGIN, BACKED_UP),
  ];
  const browser = new BrowserClient(world);
  const created = await browser.register(passkey);
  const path = `/api/account/credentials/${String(created.body['credentialId'])}/unblock`;
  t.is(codeOf(await browser.post(path)), 'ERR_CREDENTIAL_NOT_FOUND');
  await browser.register(spare);
  pass(10);
  t.is((await browser.authenticate(passkey)).status, 200);
  pass(10);
  t.is(codeOf(await browser.authenticate(passkey, { counter: 1 })), 'ERR_PASSKEY_CLONED');
  t.is(codeOf(await browser.post(path)), 'ERR_SESSION_INVALID');
  pass(10);
  t.is((await browser.authenticate(spare)).status, 200);
  const unblocked = await browser.post(path);
  t.is(unblocked.status, 200);
  t.false(JSON.stringify(unblocked.body).includes('clonedAt'));
  pass(10);
  t.is((await new BrowserClient(world).authenticate(passkey)).status, 200);
  const { body } = await browser.call('GET', '/api/account/audit?limit=200');
  const types = (body['entries'] as { type: string }[]).map(({ type }) => type);
  t.true(types.includes('credential-unblocked'));
});

/** Answers `register/options` as a page does, with some members changed. */
async function register(
  world: World,
  passkey: SoftwarePasskey,
  response: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const browser = new BrowserClient(world);
  const asked = await browser.post(`${AUTH}/register/options`);
  const credential = passkey.create(asked.body['publicKey']);
  const changed = { ...(credential['response'] as object), ...response };
  return browser.post(`${AUTH}/register/verify`, {
    credential: { ...credential, response: changed },
  });
}

test('unknown transports are dropped and cause no refusal', async (t) => {
  const { world } = await createScene(t);
  const rows = [
    null,
    undefined,
    [],
    'internal',
    {},
    ['internal', 'x'.repeat(40), 'hybrid'],
    [1, null, { toString: 'x' }],
    Array.from({ length: 500 }, () => 'usb'),
  ];
  for (const transports of rows) {
    const answer = await register(world, new SoftwarePasskey(ORIGIN), { transports });
    t.is(answer.status, 201, JSON.stringify(transports));
  }
});

test('an empty user handle counts as absent', async (t) => {
  const { world } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN);
  await new BrowserClient(world).register(passkey);
  const browser = new BrowserClient(world);
  t.is(codeOf(await browser.authenticate(passkey, { userHandle: '' })), 'ERR_PASSKEY_UNKNOWN');
});

test('answers to one challenge are verified at most ten times', async (t) => {
  const world = await createWorld({ env: { RATE_LIMITS: 'sign-in@challenge=10/300' } });
  t.teardown(() => world.close());
  const passkey = new SoftwarePasskey(ORIGIN);
  const browser = new BrowserClient(world);
  await browser.register(passkey);
  const asked = await browser.post(`${AUTH}/authenticate/options`);
  const wrong = passkey.get(asked.body['publicKey'], { wrongSignature: true });
  const send = (credential: unknown): Promise<Answer> =>
    browser.post(`${AUTH}/authenticate/verify`, { credential });
  for (let count = 0; count < 10; count += 1) {
    t.is(codeOf(await send(wrong)), 'ERR_PASSKEY_SIGNATURE');
  }
  t.is(codeOf(await send(passkey.get(asked.body['publicKey']))), 'ERR_RATE_LIMITED');
  t.is((await browser.authenticate(passkey)).status, 200);
});

test('a registration with an id other than the attested one is rejected', async (t) => {
  const { world } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN);
  const browser = new BrowserClient(world);
  const asked = await browser.post(`${AUTH}/register/options`);
  const credential = passkey.create(asked.body['publicKey']);
  const id = new SoftwarePasskey(ORIGIN).id;
  const answer = await browser.post(`${AUTH}/register/verify`, {
    credential: { ...credential, id, rawId: id },
  });
  t.is(codeOf(answer), 'ERR_PASSKEY_INVALID');
});
