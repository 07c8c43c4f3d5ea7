/**
 * Tests the separate window of the service, for frames that cannot use passkeys and for blocked
 * third-party cookies.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { PATIENCE_MS, testInBrowser, testInChromium } from './chromium.js';
import { faultsOfLook, LOOKS } from './look.js';
import { createDemoScene, signInAnew, writeNote } from './demo-scene.js';
import { openVirtualAuthenticators } from './virtual-authenticator.js';
import {
  approve,
  createAccount,
  createScene,
  runInPage as run,
  untilScreen,
} from './widget-scene.js';

/** The app's page forbids passkeys in frames, like a browser that does not support them there. */
const NO_PASSKEYS = {
  'permissions-policy': 'publickey-credentials-create=(), publickey-credentials-get=()',
};

/** Connects the person's phone to a new window. */
async function bringPhone(popup: Page): Promise<void> {
  const all = await openVirtualAuthenticators(popup);
  await all.add('internal');
}

testInBrowser('one window serves the connection and the signature', async (t, browser) => {
  const scene = await createDemoScene(t, browser, { headers: NO_PASSKEYS });
  const { page, world, context, service } = scene;
  const opened: Page[] = [];
  page.on('popup', (popup) => opened.push(popup));
  const first = page.waitForEvent('popup');
  await page.click('#sign-in');
  const popup = await first;
  await bringPhone(popup);
  await untilScreen(popup, 'connect');
  const closed = popup.waitForEvent('close', { timeout: PATIENCE_MS });
  await createAccount(popup);
  await approve(page, popup);
  await closed;
  await page.waitForSelector('#write', { state: 'visible' });
  await writeNote(page, 'By another window');
  t.is(await world.counter('signatures'), 1);
  t.is(opened.length, 1);
  // The session of the window ended with it: the app's site has none.
  const cookies = await context.cookies(service);
  const sites = cookies.filter(({ name }) => name === '__Host-sealwright');
  t.deepEqual(
    sites.map(({ partitionKey }) => partitionKey),
    ['http://localhost'],
  );
});

testInBrowser('a window that gets no further request closes', async (t, browser) => {
  const { page } = await createScene(t, browser);
  const useWindows = `window.sealwright = client.createSealwright({ service: sealwright_service, prefer: 'window', announce: false });`;
  await run(page, `${useWindows} onGo = () => { window.connecting = sealwright.connect(); }`);
  const first = page.waitForEvent('popup');
  await page.click('#go');
  const popup = await first;
  await bringPhone(popup);
  await untilScreen(popup, 'connect');
  const closed = popup.waitForEvent('close', { timeout: PATIENCE_MS });
  await createAccount(popup);
  const { address } = await run<{ address: string }>(page, 'return connecting');
  await untilScreen(popup, 'returning');
  await closed;
  // The app has the account after a reload, and needs no window to get it again.
  await page.reload();
  await page.waitForFunction(() => 'sealwright' in globalThis);
  const again = await run<{ address: string }>(page, `${useWindows} return sealwright.connect()`);
  t.is(again.address, address);
  t.is(await page.locator('iframe').count(), 0);
});

testInBrowser('an app whose opener policy severs the window is told so', async (t, browser) => {
  const { page } = await createDemoScene(t, browser, {
    headers: { ...NO_PASSKEYS, 'cross-origin-opener-policy': 'same-origin' },
  });
  const first = page.context().waitForEvent('page');
  await page.click('#sign-in');
  const popup = await first;
  await popup.waitForSelector('#page[data-code=ERR_NO_OPENER]');
  t.true((await popup.innerText('#page')).includes('same-origin-allow-popups'));
  await page.locator('#status:has-text("same-origin-allow-popups")').waitFor();
});

testInBrowser(
  'without a click the client asks for one, on a screen of its own',
  async (t, browser) => {
    for (const look of LOOKS) {
      const { page, context } = await createScene(t, browser, {
        browser: { colorScheme: look.scheme, viewport: { width: look.width, height: 640 } },
      });
      const asking = run(
        page,
        // The test's own scripts count as clicks, unless this hides it.
        `Object.defineProperty(navigator, 'userActivation', { value: { isActive: false } });
       const own = client.createSealwright({ service: sealwright_service, prefer: 'window', announce: false });
       return own.connect().catch(({ code }) => code)`,
      );
      await page.waitForSelector('dialog.sealwright-notice');
      t.deepEqual(await faultsOfLook(look, 'window', page), []);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Shift+Tab');
      const opened = context.waitForEvent('page');
      await page.keyboard.press('Enter');
      const popup = await opened;
      t.is(await page.locator('dialog').count(), 0);
      await untilScreen(popup, 'connect');
      await popup.close();
      t.is(await asking, 'ERR_USER_REJECTED');
    }
  },
);

testInBrowser('closing the window counts as a refusal', async (t, browser) => {
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
