/**
 * Tests passkeys in a real browser, with its own JSON of WebAuthn and its own rules for cookies and
 * origins.
 */
import { createServer } from 'node:http';
import type { ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { verifyMessage } from 'ethers';
import { createWorld, type World } from '../scenarios/world.js';
import { testInBrowser } from './chromium.js';
import { AUTH, authenticate, call, type InPage, register, type Reply } from './page-scripts.js';
import { freePort } from '../../scripts/local/free-port.js';
import { openVirtualAuthenticators, type VirtualAuthenticators } from './virtual-authenticator.js';

const codeOf = ({ status, body }: Reply): unknown => body['code'] ?? status;
const userOf = ({ body }: Reply) =>
  body['user'] as { id: string; keys: { id: string; address: string }[] };

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

testInBrowser(
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

testInBrowser('a removed passkey does not sign in', async (t, browser) => {
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

testInBrowser('a passkey with a lower counter is marked as cloned', async (t, browser) => {
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

testInBrowser('a passkey without user verification is refused', async (t, browser) => {
  const { page, authenticators } = await createScene(t, browser);
  const authenticator = await authenticators.add('internal');
  await register(page);
  await authenticators.setVerified(authenticator, false);
  await t.throwsAsync(authenticate(page), { message: /NotAllowedError/ });
});

testInBrowser(
  'the cookie of the session is secure, partitioned and unreadable for scripts',
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

testInBrowser('a page of another origin receives nothing', async (t, browser) => {
  const { page, origin, authenticators } = await createScene(t, browser);
  await authenticators.add('internal');
  await register(page);
  // The same service with another name, which is another origin for the browser, without a cookie.
  await page.goto(`${origin.replace('localhost', '127.0.0.1')}/healthz`);
  t.is(codeOf(await call(page, 'GET', '/api/account')), 'ERR_SESSION_INVALID');
  for (const path of ['register/options', 'authenticate/options']) {
    t.is(codeOf(await call(page, 'POST', `${AUTH}/${path}`, {})), 'ERR_ORIGIN_REFUSED');
  }
});

testInBrowser('a person approves a review with the passkey', async (t, browser) => {
  const appOrigin = 'https://app.example';
  const firstOrigin = 'https://first.example';
  const { page, authenticators } = await createScene(t, browser, {
    APP_ORIGINS: `${firstOrigin},${appOrigin}`,
  });
  await authenticators.add('internal');
  const [key] = userOf(await register(page)).keys;
  const keyPath = `/api/keys/${key?.id}`;
  const asked = { message: 'Hello from the app', appOrigin };
  // The passkey that was just made counts for the first review, and for that one alone.
  const first = await call(page, 'POST', `${keyPath}/reviews`, {
    ...asked,
    appOrigin: firstOrigin,
  });
  const { reviewId: firstId } = first.body as { reviewId: string };
  t.is((await call(page, 'POST', `${keyPath}/sign`, { reviewId: firstId })).status, 200);
  const review = await call(page, 'POST', `${keyPath}/reviews`, asked);
  t.is(review.status, 201);
  const { reviewId, assertion } = review.body as { reviewId: string; assertion: object };
  t.is(codeOf(await call(page, 'POST', `${keyPath}/sign`, { reviewId })), 'ERR_ASSERTION_REQUIRED');
  const approval = await page.evaluate(async (options) => {
    const { PublicKeyCredential: made, navigator: own } = globalThis as unknown as InPage;
    const publicKey = made.parseRequestOptionsFromJSON(options);
    return (await own.credentials.get({ publicKey })).toJSON();
  }, assertion);
  const signed = await call(page, 'POST', `${keyPath}/sign`, { reviewId, assertion: approval });
  t.is(signed.status, 200);
  t.is(verifyMessage(asked.message, String(signed.body['signature'])), key?.address ?? '');
});

/** Opens an app's page on another site, with a page of the service in a frame. */
async function openEmbedded(t: ExecutionContext, page: Page, appPort: number, url: string) {
  const allow = 'publickey-credentials-get *; publickey-credentials-create *';
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<iframe allow="${allow}" src="${url}"></iframe>`);
  });
  server.listen(appPort, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  t.teardown(() => server.close());
  await page.goto(`http://127.0.0.1:${appPort}/`);
  const frame = page.frames().find((each) => each.url() === url);
  if (frame === undefined) throw new Error('there is no frame');
  return frame;
}

testInBrowser(
  'a passkey signs in within an app that may embed the service, in a separate session, and not in another app',
  async (t, browser) => {
    const [appPort, otherPort] = [await freePort(), await freePort()];
    const env = { APP_ORIGINS: `http://127.0.0.1:${appPort}` };
    const { page, origin, authenticators } = await createScene(t, browser, env);
    await authenticators.add('internal');
    const { id } = userOf(await register(page));
    const url = `${origin}/healthz`;
    const frame = await openEmbedded(t, page, appPort, url);
    t.is(codeOf(await call(frame, 'GET', '/api/account')), 'ERR_SESSION_INVALID');
    const signedIn = await authenticate(frame);
    t.is(signedIn.status, 200);
    t.is(userOf(signedIn).id, id);
    const cookies = await page.context().cookies(origin);
    t.is(new Set(cookies.map(({ partitionKey }) => partitionKey)).size, 2);

    const elsewhere = await openEmbedded(t, page, otherPort, url);
    t.is(codeOf(await authenticate(elsewhere)), 'ERR_PASSKEY_ORIGIN');
  },
);
