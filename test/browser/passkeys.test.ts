/** Passkeys in a real browser: its own JSON of WebAuthn, its own rules for cookies and origins. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { Browser, Frame, Page } from 'playwright-core';
import { verifyMessage } from 'ethers';
import { createWorld, type World } from '../scenarios/world.js';
import { testInChromium } from './chromium.js';
import { openVirtualAuthenticators, type VirtualAuthenticators } from './virtual-authenticator.js';

type Reply = { readonly status: number; readonly body: Record<string, unknown> };
type Ceremony = {
  readonly path: string;
  readonly method: 'create' | 'get';
  readonly more?: object;
};

type Parse = (options: unknown) => object;
type Ask = (options: object) => Promise<{ toJSON(): object }>;

/** What scripts of a page have and Node's types do not. */
type InPage = {
  readonly PublicKeyCredential: {
    readonly parseCreationOptionsFromJSON: Parse;
    readonly parseRequestOptionsFromJSON: Parse;
  };
  readonly navigator: { readonly credentials: { readonly create: Ask; readonly get: Ask } };
  readonly document: { readonly cookie: string };
};

const AUTH = '/api/auth/passkey';
const codeOf = ({ status, body }: Reply): unknown => body['code'] ?? status;
const userOf = ({ body }: Reply) =>
  body['user'] as { id: string; keys: { id: string; address: string }[] };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

type Scene = {
  readonly world: World;
  readonly origin: string;
  readonly page: Page;
  readonly authenticators: VirtualAuthenticators;
};

async function createScene(
  t: ExecutionContext,
  browser: Browser,
  env: Readonly<Record<string, string>> = {},
): Promise<Scene> {
  const port = String(await freePort());
  const origin = `http://localhost:${port}`;
  const world = await createWorld({
    env: { PORT: port, PUBLIC_ORIGIN: origin, TINYCLOUD_BOOTSTRAP_ON_SIGN: 'off', ...env },
  });
  t.teardown(() => world.close());
  const context = await browser.newContext();
  const page = await context.newPage();
  const authenticators = await openVirtualAuthenticators(page);
  await page.goto(`${origin}/healthz`);
  return { world, origin, page, authenticators };
}

/** A request as a script of the page makes it. */
const call = (page: Page | Frame, method: string, path: string, body?: object): Promise<Reply> =>
  page.evaluate(
    async ({ method, path, body }) => {
      const response = await fetch(path, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
    },
    { method, path, body },
  );

/** A ceremony as a page of the service does it, without a library. */
const perform = (page: Page | Frame, { path, method, more = {} }: Ceremony): Promise<Reply> =>
  page.evaluate(
    async ({ path, method, more }) => {
      const post = async (url: string, body: object) => {
        const headers = { 'content-type': 'application/json' };
        const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
        const answer = (await response.json()) as Record<string, unknown>;
        return { status: response.status, body: answer };
      };
      const asked = await post(`${path}/options`, {});
      if (asked.status !== 200) return asked;
      const publicKey = asked.body['publicKey'];
      const { PublicKeyCredential: made, navigator: own } = globalThis as unknown as InPage;
      const credential =
        method === 'create'
          ? await own.credentials.create({
              publicKey: made.parseCreationOptionsFromJSON(publicKey),
            })
          : await own.credentials.get({ publicKey: made.parseRequestOptionsFromJSON(publicKey) });
      return post(`${path}/verify`, { credential: credential.toJSON(), ...more });
    },
    { path, method, more },
  );

const register = (page: Page | Frame, name = 'Passkey'): Promise<Reply> =>
  perform(page, { path: `${AUTH}/register`, method: 'create', more: { name } });
const authenticate = (page: Page | Frame): Promise<Reply> =>
  perform(page, { path: `${AUTH}/authenticate`, method: 'get' });

testInChromium(
  'a person registers, signs in, adds a second passkey and removes the first',
  async (t, browser) => {
    const { page, authenticators } = await createScene(t, browser);
    const first = await authenticators.add('internal');
    const created = await register(page, 'Laptop');
    t.is(created.status, 201);
    const { id } = userOf(created);
    t.is((await call(page, 'POST', '/api/auth/sign-out')).status, 204);
    t.is(codeOf(await call(page, 'GET', '/api/account')), 'ERR_SESSION_INVALID');

    const signedIn = await authenticate(page);
    t.is(signedIn.status, 200);
    t.is(userOf(signedIn).id, id);

    await authenticators.setPresence(first, false);
    await authenticators.add('usb');
    const added = await register(page, 'Key');
    t.is(added.status, 201);
    t.is(userOf(added).id, id);

    const again = await authenticate(page);
    t.is(userOf(again).id, id);
    const path = `/api/account/credentials/${String(created.body['credentialId'])}`;
    const removed = await call(page, 'DELETE', path);
    t.is(removed.status, 200);
    const left = removed.body['credentials'] as { name: string }[];
    t.deepEqual(
      left.map(({ name }) => name),
      ['Key'],
    );
    t.is((await call(page, 'GET', '/api/account')).status, 200);
    const last = `/api/account/credentials/${String(added.body['credentialId'])}`;
    t.is(codeOf(await call(page, 'DELETE', last)), 'ERR_CREDENTIAL_LAST');
  },
);

testInChromium('a removed passkey does not sign in', async (t, browser) => {
  const { page, authenticators } = await createScene(t, browser);
  const first = await authenticators.add('internal');
  const created = await register(page);
  await authenticators.setPresence(first, false);
  const second = await authenticators.add('usb');
  await register(page);
  const path = `/api/account/credentials/${String(created.body['credentialId'])}`;
  t.is((await call(page, 'DELETE', path)).status, 200);
  await authenticators.setPresence(second, false);
  await authenticators.setPresence(first, true);
  t.is(codeOf(await authenticate(page)), 'ERR_PASSKEY_UNKNOWN');
});

testInChromium('a passkey that was put back in time is taken for a copy', async (t, browser) => {
  const { page, authenticators } = await createScene(t, browser);
  const authenticator = await authenticators.add('internal');
  await register(page);
  t.is((await authenticate(page)).status, 200);
  t.is((await authenticate(page)).status, 200);
  const count = await authenticators.countOf(authenticator);
  t.true(count > 1);
  await authenticators.rewind(authenticator, 0);
  t.is(codeOf(await authenticate(page)), 'ERR_PASSKEY_CLONED');
  t.is(codeOf(await call(page, 'GET', '/api/account')), 'ERR_SESSION_INVALID');
  await authenticators.rewind(authenticator, count + 10);
  t.is(codeOf(await authenticate(page)), 'ERR_PASSKEY_CLONED');
});

testInChromium('a passkey without user verification begins nothing', async (t, browser) => {
  const { page, authenticators } = await createScene(t, browser);
  const authenticator = await authenticators.add('internal');
  await register(page);
  await authenticators.setVerified(authenticator, false);
  await t.throwsAsync(authenticate(page), { message: /NotAllowedError/ });
});

testInChromium(
  "the session's cookie is the browser's alone: secure, partitioned, and out of reach for scripts",
  async (t, browser) => {
    const { page, origin, authenticators } = await createScene(t, browser);
    await authenticators.add('internal');
    await register(page);
    const cookies = await page.context().cookies(origin);
    t.is(cookies.length, 1);
    t.like(cookies[0], {
      name: '__Host-sealwright',
      httpOnly: true,
      secure: true,
      sameSite: 'None',
      path: '/',
    });
    t.is(cookies[0]?.partitionKey, 'http://localhost');
    t.is(await page.evaluate(() => (globalThis as unknown as InPage).document.cookie), '');
    t.is((await call(page, 'GET', '/api/account')).status, 200);
  },
);

testInChromium('a page of another origin gets nothing', async (t, browser) => {
  const { page, origin, authenticators } = await createScene(t, browser);
  await authenticators.add('internal');
  await register(page);
  // The same service under another name: another origin for the browser, which has no cookie for it.
  await page.goto(`${origin.replace('localhost', '127.0.0.1')}/healthz`);
  t.is(codeOf(await call(page, 'GET', '/api/account')), 'ERR_SESSION_INVALID');
  for (const path of ['register/options', 'authenticate/options']) {
    t.is(codeOf(await call(page, 'POST', `${AUTH}/${path}`, {})), 'ERR_ORIGIN_REFUSED');
  }
});

testInChromium('a person approves a review with the passkey', async (t, browser) => {
  const appOrigin = 'https://app.example';
  const { page, authenticators } = await createScene(t, browser, { APP_ORIGINS: appOrigin });
  await authenticators.add('internal');
  const [key] = userOf(await register(page)).keys;
  const keyPath = `/api/keys/${key?.id}`;
  const asked = { message: 'Hello from the app', appOrigin };
  const review = await call(page, 'POST', `${keyPath}/reviews`, asked);
  t.is(review.status, 201);
  const { reviewId, assertion } = review.body as { reviewId: string; assertion: object };
  t.is(codeOf(await call(page, 'POST', `${keyPath}/sign`, { reviewId })), 'ERR_ASSERTION_REQUIRED');
  const approval = await page.evaluate(async (options) => {
    const { PublicKeyCredential: made, navigator: own } = globalThis as unknown as InPage;
    const publicKey = made.parseRequestOptionsFromJSON(options);
    return (await own.credentials.get({ publicKey })).toJSON() as object;
  }, assertion);
  const signed = await call(page, 'POST', `${keyPath}/sign`, { reviewId, assertion: approval });
  t.is(signed.status, 200);
  t.is(verifyMessage(asked.message, String(signed.body['signature'])), key?.address ?? '');
});
