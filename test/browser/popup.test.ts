/**
 * Tests the separate window of the service, for frames that cannot use passkeys and for blocked
 * third-party cookies.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { testInChromium } from './chromium.js';
import { createDemoScene, signInAnew, writeNote } from './demo-scene.js';
import { openVirtualAuthenticators, type VirtualAuthenticators } from './virtual-authenticator.js';
import { approve, untilScreen, createAccount } from './widget-scene.js';

/** The app's page forbids passkeys in frames, like a browser that does not support them there. */
const NO_PASSKEYS = {
  'permissions-policy': 'publickey-credentials-create=(), publickey-credentials-get=()',
};

type Phone = { readonly all: VirtualAuthenticators; readonly id: string };

/** Connects the person's phone to a new window, with its previous passkeys. */
async function bringPhone(popup: Page, before?: Phone): Promise<Phone> {
  const all = await openVirtualAuthenticators(popup);
  const id = await all.add('internal');
  if (before !== undefined) await all.bring(id, before.all, before.id);
  return { all, id };
}

testInChromium('a window replaces a frame that cannot use passkeys', async (t, browser) => {
  const scene = await createDemoScene(t, browser, { headers: NO_PASSKEYS });
  const { page, world, context, service } = scene;
  const first = page.waitForEvent('popup');
  await page.click('#sign-in');
  const connectWindow = await first;
  // The phone is on the app's own page, so that it keeps its passkeys after the window closes.
  const phone = await bringPhone(connectWindow);
  await untilScreen(connectWindow, 'connect');
  const shelf = { all: scene.authenticators, id: scene.authenticatorId };
  const closed = connectWindow.waitForEvent('close');
  await connectWindow.route('**/register/verify', async (route) => {
    await shelf.all.bring(shelf.id, phone.all, phone.id);
    await route.continue();
  });
  await createAccount(connectWindow);
  await closed;

  const second = page.waitForEvent('popup');
  await page.click('dialog button:has-text("Continue")');
  const signWindow = await second;
  await bringPhone(signWindow, shelf);
  const gone = signWindow.waitForEvent('close');
  await approve(page, signWindow);
  await gone;
  await page.waitForSelector('#write', { state: 'visible' });
  await writeNote(page, 'By another window');
  t.is(await world.counter('signatures'), 1);
  // The session of the window ended with it: the app's site has none.
  const cookies = await context.cookies(service);
  const sites = cookies.filter(({ name }) => name === '__Host-sealwright');
  t.deepEqual(
    sites.map(({ partitionKey }) => partitionKey),
    ['http://localhost'],
  );
});

testInChromium('closing the window counts as a refusal', async (t, browser) => {
  const scene = await createDemoScene(t, browser, { headers: NO_PASSKEYS });
  const { page } = scene;
  const opened = page.waitForEvent('popup');
  await page.click('#sign-in');
  const popup = await opened;
  await untilScreen(popup, 'connect');
  await popup.close();
  await page.locator('#status:has-text("rejected")').waitFor();
  t.pass();
});

/**
 * Starts a third-party page that sets one cookie of each kind, and reports which ones were sent
 * back.
 */
async function startCookieSite(): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    response.setHeader('set-cookie', [
      'plain=1; Path=/; Secure; SameSite=None',
      'parted=1; Path=/; Secure; SameSite=None; Partitioned',
    ]);
    response.setHeader('content-type', 'text/html');
    response.end(`<body>${request.headers.cookie ?? 'none'}</body>`);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}/`, close: () => void server.close() };
}

testInChromium(
  'a new person saves a note with third-party cookies blocked',
  async (t, browser) => {
    const { page, world } = await createDemoScene(t, browser);
    await signInAnew(page);
    await writeNote(page, 'Without a third party');
    t.is(await world.counter('signatures'), 1);

    // The control: an unpartitioned third-party cookie is not sent back, and a partitioned one is.
    const site = await startCookieSite();
    t.teardown(() => site.close());
    const apart = await browser.newContext();
    t.teardown(() => apart.close());
    const other = await apart.newPage();
    const host = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<iframe src="${site.url}"></iframe>`);
    }).listen(0, '127.0.0.1');
    await new Promise((done) => host.once('listening', done));
    t.teardown(() => void host.close());
    const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/`;
    await other.goto(url);
    await other.reload();
    const text = await other.frames().at(-1)?.textContent('body');
    t.true(text?.includes('parted=1'));
    t.false(text?.includes('plain=1'));
  },
  ['--test-third-party-cookie-phaseout'],
);
