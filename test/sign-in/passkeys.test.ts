/**
 * Tests what a person does with passkeys: create an account, sign in, add, name and remove
 * passkeys, and combine them with wallets.
 */
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { Wallet } from 'ethers';
import { BrowserClient } from '../scenarios/browser-client.js';
import { type Answer, createWorld, type World } from '../scenarios/world.js';
import { SoftwarePasskey } from './software-authenticator.js';

const ORIGIN = 'http://localhost:3001';
const MINUTE = 60_000;

type Credential = { readonly id: string; readonly kind: string; readonly name?: string };
type User = {
  readonly id: string;
  readonly credentials: readonly Credential[];
  readonly keys: readonly { readonly id: string; readonly address: string }[];
};
type Session = {
  readonly id: string;
  readonly credentialId: string;
  readonly current: boolean;
  readonly verifiedAt: string;
};

const userOf = ({ body }: Answer): User => body['user'] as User;
const idOf = ({ body }: Answer): string => String(body['credentialId']);
const codeOf = ({ status, body }: Answer): unknown => body['code'] ?? status;

type Scene = {
  readonly world: World;
  readonly browser: BrowserClient;
  readonly clock: { nowMs: number };
};

async function createScene(t: ExecutionContext): Promise<Scene> {
  const clock = { nowMs: Date.now() };
  const world = await createWorld({
    clock: () => clock.nowMs,
    env: { TINYCLOUD_BOOTSTRAP_ON_SIGN: 'off' },
  });
  t.teardown(() => world.close());
  return { world, browser: new BrowserClient(world), clock };
}

async function sessionsOf(browser: BrowserClient): Promise<readonly Session[]> {
  const { body } = await browser.call('GET', '/api/account/sessions');
  return body['sessions'] as readonly Session[];
}

async function auditOf(
  browser: BrowserClient,
): Promise<readonly { type: string; detail: Record<string, unknown> }[]> {
  const { body } = await browser.call('GET', '/api/account/audit');
  return body['entries'] as { type: string; detail: Record<string, unknown> }[];
}

test('a person creates an account with a passkey alone and signs in to it', async (t) => {
  const { world, browser } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN);
  const created = await browser.register(passkey, { name: 'Phone' });
  t.is(created.status, 201);
  const user = userOf(created);
  t.is(user.keys.length, 1);
  t.like(user.credentials[0], { id: idOf(created), kind: 'passkey', name: 'Phone' });
  t.is(Buffer.from(passkey.userHandle, 'base64url').toString(), user.id);
  t.is((await browser.call('GET', '/api/account')).body['id'], user.id);

  const elsewhere = new BrowserClient(world);
  const signedIn = await elsewhere.authenticate(passkey);
  t.is(signedIn.status, 200);
  t.deepEqual(userOf(signedIn).keys, user.keys);
  t.is((await sessionsOf(elsewhere)).length, 2);

  const audit = await auditOf(browser);
  const credential = idOf(created);
  t.deepEqual(
    audit.map(({ type }) => type).toSorted(),
    ['account-created', 'key-created', 'signed-in', 'signed-in'].toSorted(),
  );
  for (const { type, detail } of audit) {
    if (type !== 'key-created') t.is(detail['credential'], credential);
  }
});

test('neither a response to a page nor a log contains the token of its session', async (t) => {
  const { browser, world } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN);
  const answers = [await browser.register(passkey), await browser.authenticate(passkey)];
  for (const { body, headers } of answers) {
    t.notRegex(JSON.stringify(body), /swt_/);
    t.regex(
      headers.get('set-cookie') ?? '',
      /^__Host-sealwright=swt_\w+; Path=\/; Secure; HttpOnly; SameSite=None; Partitioned; /,
    );
  }
  t.true(world.logs.length > 2);
  t.notRegex(world.logs.join('\n'), /swt_/);
});

test('the options request a discoverable passkey with user verification and without attestation', async (t) => {
  const { browser } = await createScene(t);
  const first = await browser.post('/api/auth/passkey/register/options');
  const publicKey = first.body['publicKey'] as Record<string, unknown>;
  t.like(publicKey, {
    attestation: 'none',
    excludeCredentials: [],
    rp: { id: 'localhost', name: 'Sealwright' },
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  const algorithms = publicKey['pubKeyCredParams'] as { alg: number }[];
  t.deepEqual(
    algorithms.map(({ alg }) => alg),
    [-7, -8, -257],
  );
  const asked = await browser.post('/api/auth/passkey/authenticate/options');
  const request = asked.body['publicKey'] as Record<string, unknown>;
  t.like(request, { rpId: 'localhost', userVerification: 'required' });
  t.falsy(request['allowCredentials']);
});

test('passkeys are added, named and removed, except the last one', async (t) => {
  const { browser, world } = await createScene(t);
  const [first, second] = [new SoftwarePasskey(ORIGIN), new SoftwarePasskey(ORIGIN)];
  const created = await browser.register(first, { name: 'Phone' });
  const asked = await browser.post('/api/auth/passkey/register/options');
  const options = asked.body['publicKey'] as { excludeCredentials: { id: string }[] };
  t.deepEqual(
    options.excludeCredentials.map(({ id }) => id),
    [first.id],
  );
  const added = await browser.register(second, { name: 'Key' });
  t.is(added.status, 201);
  t.is(userOf(added).id, userOf(created).id);
  t.is(userOf(added).keys.length, 1);

  const path = (answer: Answer): string => `/api/account/credentials/${idOf(answer)}`;
  const renamed = await browser.call('PATCH', path(added), { name: 'Blue key' });
  const names = (renamed.body['credentials'] as Credential[]).map(({ name }) => name);
  t.deepEqual(names, ['Phone', 'Blue key']);

  const other = new BrowserClient(world);
  t.is(userOf(await other.authenticate(second)).id, userOf(created).id);
  t.is((await other.call('DELETE', path(created))).status, 200);
  t.is(codeOf(await other.call('DELETE', path(added))), 'ERR_CREDENTIAL_LAST');
  // The session that the removed passkey began has ended.
  t.is(codeOf(await browser.call('GET', '/api/account')), 'ERR_SESSION_INVALID');
  t.is(codeOf(await new BrowserClient(world).authenticate(first)), 'ERR_PASSKEY_UNKNOWN');
  t.is((await new BrowserClient(world).authenticate(second)).status, 200);
});

test('a wallet that joins the account of a passkey signs in to that account, until it is removed', async (t) => {
  const { browser, world } = await createScene(t);
  const wallet = Wallet.createRandom();
  const created = await browser.register(new SoftwarePasskey(ORIGIN));
  t.is((await browser.addWallet(wallet)).status, 201);
  const elsewhere = new BrowserClient(world);
  const signedIn = await elsewhere.signInWithWallet(wallet);
  t.is(userOf(signedIn).id, userOf(created).id);

  const credential = userOf(signedIn).credentials.find(({ kind }) => kind === 'wallet');
  const removed = await browser.call('DELETE', `/api/account/credentials/${credential?.id}`);
  t.is(removed.status, 200);
  t.is(codeOf(await elsewhere.call('GET', '/api/account')), 'ERR_SESSION_INVALID');
  const anew = await new BrowserClient(world).signInWithWallet(wallet);
  t.is(anew.status, 200);
  t.not(userOf(anew).id, userOf(created).id);
});

test('a passkey that joins the account of a wallet signs in to that account', async (t) => {
  const { browser, world } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN, { counts: false });
  const walletUser = userOf(await browser.signInWithWallet(Wallet.createRandom()));
  const added = await browser.register(passkey);
  t.is(userOf(added).id, walletUser.id);
  const elsewhere = new BrowserClient(world);
  t.is(userOf(await elsewhere.authenticate(passkey)).id, walletUser.id);
  // An authenticator without a counter is never behind its last value.
  t.is((await elsewhere.authenticate(passkey)).status, 200);
});

test('a page with a session creates a new account only on request, also if the session has ended', async (t) => {
  const { browser, clock } = await createScene(t);
  const first = await browser.register(new SoftwarePasskey(ORIGIN));
  const stale = browser.cookie;
  const second = await browser.register(new SoftwarePasskey(ORIGIN), {
    options: { newAccount: true },
  });
  t.is(second.status, 201);
  t.not(userOf(second).id, userOf(first).id);
  t.not(userOf(second).keys[0]?.address, userOf(first).keys[0]?.address);

  clock.nowMs += 8 * 86_400_000;
  browser.cookie = stale;
  const refused = await browser.register(new SoftwarePasskey(ORIGIN));
  t.is(codeOf(refused), 'ERR_SESSION_EXPIRED');
  const third = await browser.register(new SoftwarePasskey(ORIGIN), {
    options: { newAccount: true },
  });
  t.is(third.status, 201);
});

test('an irreversible change requires a recent sign-in, which keeps the session id and renews the cookie', async (t) => {
  const { browser, clock } = await createScene(t);
  const [first, second] = [new SoftwarePasskey(ORIGIN), new SoftwarePasskey(ORIGIN)];
  await browser.register(first);
  const added = await browser.register(second);
  const path = `/api/account/credentials/${idOf(added)}`;
  clock.nowMs += 6 * MINUTE;
  t.is(codeOf(await browser.call('DELETE', path)), 'ERR_STEP_UP_REQUIRED');
  t.is(codeOf(await browser.register(new SoftwarePasskey(ORIGIN))), 'ERR_STEP_UP_REQUIRED');

  const [before] = await sessionsOf(browser);
  const cookie = browser.cookie;
  t.is((await browser.authenticate(first)).status, 200);
  t.not(browser.cookie, cookie);
  const after = await sessionsOf(browser);
  t.is(after.length, 1);
  t.like(after[0], { id: before?.id, current: true });
  t.is((await browser.call('DELETE', path)).status, 200);
});

test('a passkey of another person in the same browser begins a separate session', async (t) => {
  const { browser, world } = await createScene(t);
  const [mine, theirs] = [new SoftwarePasskey(ORIGIN), new SoftwarePasskey(ORIGIN)];
  const me = userOf(await browser.register(mine));
  const they = userOf(await new BrowserClient(world).register(theirs));
  t.is(userOf(await browser.authenticate(theirs)).id, they.id);
  t.is((await browser.call('GET', '/api/account')).body['id'], they.id);
  t.not(me.id, they.id);
});

test('passkeys work in the page of an app that may embed the service', async (t) => {
  const world = await createWorld({ env: { APP_ORIGINS: 'https://app.example' } });
  t.teardown(() => world.close());
  const passkey = new SoftwarePasskey(ORIGIN);
  const wrong = { crossOrigin: true, topOrigin: 'https://app.example' };
  t.is((await new BrowserClient(world).register(passkey, { wrong })).status, 201);
  t.is((await new BrowserClient(world).authenticate(passkey, wrong)).status, 200);
  // Some browsers do not name the embedding page.
  const silent = { crossOrigin: true };
  t.is((await new BrowserClient(world).authenticate(passkey, silent)).status, 200);
});

test('each requested algorithm signs in, and only over its challenge', async (t) => {
  const { browser } = await createScene(t);
  for (const algorithm of [-7, -8, -257] as const) {
    const passkey = new SoftwarePasskey(ORIGIN, { algorithm });
    const created = await browser.register(passkey, { options: { newAccount: true } });
    t.is(created.status, 201, String(algorithm));
    t.is((await browser.authenticate(passkey)).status, 200, String(algorithm));
    const refused = await browser.authenticate(passkey, { wrongSignature: true });
    t.is(codeOf(refused), 'ERR_PASSKEY_SIGNATURE', String(algorithm));
  }
});

test('the API description contains the passkey routes and their bodies', async (t) => {
  const { world } = await createScene(t);
  const { body } = await world.call('GET', '/openapi.json');
  const paths = body['paths'] as Record<string, { post?: { requestBody?: unknown } }>;
  for (const path of [
    'register/options',
    'register/verify',
    'authenticate/options',
    'authenticate/verify',
  ]) {
    t.truthy(paths[`/api/auth/passkey/${path}`]?.post?.requestBody, path);
  }
});
