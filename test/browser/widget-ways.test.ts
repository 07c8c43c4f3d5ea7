/**
 * Tests other ways through the widget: a wallet, a window if the frame is covered, a widget that
 * was removed.
 */
import { verifyMessage, Wallet } from 'ethers';
import { until } from '../until.js';
import { testInBrowser } from './chromium.js';
import { openVirtualAuthenticators } from './virtual-authenticator.js';
import {
  approve,
  connectNewPerson,
  createAccount,
  createScene,
  press,
  runInPage as run,
  untilScreen,
  widgetFrame,
} from './widget-scene.js';

testInBrowser('a person signs in with a wallet in the browser', async (t, browser) => {
  const { page, context, service, world } = await createScene(t, browser);
  const wallet = Wallet.createRandom();
  await context.exposeFunction('walletSigns', (hex: string) =>
    wallet.signMessage(Buffer.from(hex.slice(2), 'hex').toString('utf8')),
  );
  // Like wallets, it is in every page and uses lowercase addresses.
  await context.addInitScript(
    `if (location.origin === '${service}') window.ethereum = { request: async ({ method, params }) =>
       method === 'eth_requestAccounts' ? ['${wallet.address.toLowerCase()}'] : walletSigns(params[0]) }`,
  );
  await page.reload();
  await page.waitForFunction(() => 'sealwright' in globalThis);
  const connecting = run<{ address: string }>(page, 'return sealwright.connect()');
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'connect');
  await press(frame, '[data-way=wallet]');
  const { address } = await connecting;
  // The address is the person's key here and not the wallet, which only identified the person.
  t.not(address, wallet.address);
  await run(page, "window.signing = sealwright.signMessage('hello'); signing.catch(() => {})");
  await approve(page, frame);
  const { signature } = await run<{ signature: string }>(page, 'return signing');
  t.is(verifyMessage('hello', signature), address);
  t.is(await world.counter('signatures'), 1);
});

testInBrowser('a review is in the language of the page that shows it', async (t, browser) => {
  const { page, context } = await createScene(t, browser, { browser: { locale: 'en-GB' } });
  // The document is in German, and the browser prefers English since then.
  await context.route(
    ({ pathname }) => pathname === '/widget/',
    (route) =>
      route.continue({ headers: { ...route.request().headers(), 'accept-language': 'de' } }),
  );
  const address = await connectNewPerson(page);
  const { host, origin } = new URL(page.url());
  const nowMs = Date.now();
  const message = [
    `${host} wants you to sign in with your Ethereum account:`,
    `${address}\n\n`,
    `URI: ${origin}`,
    'Version: 1',
    'Chain ID: 1',
    'Nonce: 5e5e5e5e5e5e',
    `Issued At: ${new Date(nowMs).toISOString()}`,
    `Expiration Time: ${new Date(nowMs + 5 * 86_400_000).toISOString()}`,
  ].join('\n');
  await run(page, `sealwright.signMessage(${JSON.stringify(message)}).catch(() => {})`);
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'review');
  const language = await frame.getAttribute('html', 'lang');
  const said = (await frame.textContent('main[data-screen=review]')) ?? '';
  t.is(language, 'de');
  t.regex(said, /möchte dich anmelden/);
  t.notRegex(said, /wants to|no rights|Reject/);
  t.regex(said, /bis \d{1,2}\. \p{L}+(?: \d{4})? \(5 Tage\)/u);
});

testInBrowser('after a refusal of the wallet the person can choose again', async (t, browser) => {
  const { page, context, service } = await createScene(t, browser);
  await context.addInitScript(
    `if (location.origin === '${service}') window.ethereum = { request: async () => { throw { code: 4001 } } }`,
  );
  await page.reload();
  await page.waitForFunction(() => 'sealwright' in globalThis);
  const connecting = run<{ address: string }>(page, 'return sealwright.connect()');
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'connect');
  await press(frame, '[data-way=wallet]');
  await frame.waitForSelector('[data-code=ERR_WALLET_CANCELED]');
  await createAccount(frame);
  t.regex((await connecting).address, /^0x/);
});

testInBrowser('after an unused passkey the person can choose again', async (t, browser) => {
  const { page, authenticators, authenticatorId } = await createScene(t, browser);
  await authenticators.setVerified(authenticatorId, false);
  const connecting = run<{ address: string }>(page, 'return sealwright.connect()');
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'connect');
  await press(frame, '[data-way=passkey]');
  await frame.waitForSelector('[data-view=none] h1:has-text("No passkey found")');
  await press(frame, '[data-way=create]');
  await press(frame, '[data-answer=create]');
  await frame.waitForSelector('[data-code=ERR_PASSKEY_CANCELED]');
  await authenticators.setVerified(authenticatorId, true);
  await press(frame, '[data-answer=create]');
  t.regex((await connecting).address, /^0x/);
});

testInBrowser(
  'if the frame is not visible the person continues in a window',
  async (t, browser) => {
    const { page, authenticators, authenticatorId } = await createScene(t, browser);
    const address = await connectNewPerson(page);
    const frame = await widgetFrame(page);
    await run(
      page,
      `document.querySelector('dialog.sealwright').style.opacity = '0.9';
     window.signing = sealwright.signMessage('hello'); signing.catch(() => {})`,
    );
    await untilScreen(frame, 'review');
    // Early clicks may first be answered with another code.
    await until('the widget says that it cannot be seen', async () => {
      await press(frame, 'main button.primary');
      return (await frame.locator('[data-code=ERR_APPROVE_HIDDEN]').count()) > 0;
    });
    const opened = page.waitForEvent('popup');
    await press(frame, 'button:has-text("Open a window")');
    const popup = await opened;
    const phone = await openVirtualAuthenticators(popup);
    await phone.bring(await phone.add('internal'), authenticators, authenticatorId);
    await untilScreen(popup, 'connect');
    await popup.click('[data-way=passkey]');
    await approve(page, popup);
    const { signature } = await run<{ signature: string }>(page, 'return signing');
    t.is(verifyMessage('hello', signature), address);
  },
);

testInBrowser('a reloaded widget answers the next request', async (t, browser) => {
  const { page, service } = await createScene(t, browser);
  const address = await connectNewPerson(page);
  await run(page, "window.signing = sealwright.signMessage('hello'); signing.catch(() => {})");
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'review');
  await run(page, `document.querySelector('dialog iframe').src = '${service}/widget/?again'`);
  t.is(await run(page, 'return signing.catch(({ code }) => code)'), 'ERR_WIDGET_GONE');
  await run(page, "window.signing = sealwright.signMessage('hello'); signing.catch(() => {})");
  const anew = await widgetFrame(page);
  await approve(page, anew);
  const { signature } = await run<{ signature: string }>(page, 'return signing');
  t.is(verifyMessage('hello', signature), address);
});

testInBrowser('of two requests at once the second is refused', async (t, browser) => {
  const { page } = await createScene(t, browser);
  await connectNewPerson(page);
  await run(page, "window.signing = sealwright.signMessage('one'); signing.catch(() => {})");
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'review');
  const second = "return sealwright.signMessage('two').catch(({ code }) => code)";
  t.is(await run(page, second), 'ERR_REQUEST_OPEN');
  await approve(page, frame);
  t.truthy(await run(page, 'return signing'));
});

testInBrowser(
  'a refusal of the service is shown to the person and reported to the app',
  async (t, browser) => {
    const { page } = await createScene(t, browser);
    await connectNewPerson(page);
    const frame = await widgetFrame(page);
    const own = `localhost wants you to sign in with your Ethereum account:`;
    const code = await run(
      page,
      `return sealwright.signMessage(${JSON.stringify(own)}).catch(({ code }) => code)`,
    );
    t.regex(String(code), /^ERR_(?:POLICY|SIWE|REVIEW)_/);
    await untilScreen(frame, 'error');
    await press(frame, 'button:has-text("Close")');
    await page.waitForSelector('dialog.sealwright[data-place=hidden]', { state: 'attached' });
  },
);

testInBrowser('invisible characters of a text are named', async (t, browser) => {
  const { page } = await createScene(t, browser);
  await connectNewPerson(page);
  const frame = await widgetFrame(page);
  await run(
    page,
    "sealwright.signMessage('pay \\u202e001\\u202c to\\u200b me\\r\\n').catch(() => {})",
  );
  await untilScreen(frame, 'review');
  t.is(await frame.textContent('pre'), 'pay ⟨U+202E⟩001⟨U+202C⟩ to⟨U+200B⟩ me⟨U+000D⟩\n');
});

testInBrowser('an app learns that a person is signed in only after consent', async (t, browser) => {
  const { page, context } = await createScene(t, browser);
  const address = await connectNewPerson(page);
  const frame = await widgetFrame(page);
  await context.clearCookies({ name: '__Host-sealwright-apps' });
  const asked = run(
    page,
    `return sealwright.provider.request({ method: 'personal_sign', params: ['hi', '${address}'] })
        .catch(({ code }) => code)`,
  );
  await untilScreen(frame, 'continue');
  await press(frame, 'button:has-text("Cancel")');
  t.is(await asked, 4001);
  const again = run<{ address: string }>(page, 'return sealwright.connect()');
  await untilScreen(frame, 'continue');
  await press(frame, 'button:text-is("Continue")');
  t.is((await again).address, address);
  await context.clearCookies({ name: '__Host-sealwright-apps' });
  const other = run<{ address: string }>(page, 'return sealwright.connect()');
  await untilScreen(frame, 'continue');
  await press(frame, 'button:has-text("another account")');
  await untilScreen(frame, 'connect');
  await createAccount(frame);
  t.not((await other).address, address);
});

testInBrowser('a screen appears in its size: nothing jumps', async (t, browser) => {
  const { page } = await createScene(t, browser);
  await connectNewPerson(page);
  const frame = await widgetFrame(page);
  await run(
    page,
    `const dialog = document.querySelector('dialog.sealwright');
     window.heights = [];
     const note = () => {
       if (dialog.dataset.place === 'front') heights.push(dialog.offsetHeight);
       requestAnimationFrame(note);
     };
     note();
     sealwright.signMessage('hello').catch(() => {})`,
  );
  await untilScreen(frame, 'review');
  const heights = await until('the screen was shown for some frames', async () => {
    const seen = await run<number[]>(page, 'return heights');
    return seen.length > 30 && seen;
  });
  t.is(new Set(heights).size, 1, String([...new Set(heights)]));
});
