/** Tests what pages of apps cannot do with the widget. Each attempt is refused with its code. */
import { testInBrowser } from './chromium.js';
import { call } from './page-scripts.js';
import {
  connectNewPerson,
  createScene,
  runInPage as run,
  untilScreen,
  widgetFrame,
} from './widget-scene.js';

const codeOf = (answer: unknown): unknown =>
  (answer as { error?: { code?: string } } | undefined)?.error?.code ?? answer;

testInBrowser('a page that is not listed cannot embed the widget', async (t, browser) => {
  const options = { appOrigins: () => 'https://other.example', breaksPolicy: true };
  const { page, service } = await createScene(t, browser, options);
  // With and without its own name, and under the name of an app that is listed.
  const claims = ['', `?app=${encodeURIComponent('https://other.example')}`];
  for (const claim of claims) {
    const answer = await run(
      page,
      `const frame = await frameOf('${service}/widget/${claim}');
       return Promise.race([speak(() => frame.contentWindow),
         new Promise((done) => setTimeout(() => done('nothing'), 1_000))])`,
    );
    t.is(answer, 'nothing', claim);
  }
  const code = await run(page, 'return sealwright.connect().catch((error) => error.code)');
  t.is(code, 'ERR_HELLO_ORIGIN');
  t.is(await page.locator('dialog.sealwright iframe').count(), 0);
});

testInBrowser(
  'a page that is not listed receives nothing from a window either',
  async (t, browser) => {
    const options = { appOrigins: () => 'https://other.example' };
    const { page, service } = await createScene(t, browser, options);
    await run(page, `onGo = () => { win = window.open('${service}/widget/?window=own'); }`);
    const opened = page.waitForEvent('popup');
    await page.click('#go');
    const popup = await opened;
    t.is(codeOf(await run(page, 'return speak(() => win)')), 'ERR_HELLO_ORIGIN');
    await popup.waitForSelector('#page[data-code=ERR_HELLO_ORIGIN]');
  },
);

testInBrowser('a greeting from another window than the app is refused', async (t, browser) => {
  const { page, service } = await createScene(t, browser);
  // It has a listed origin, but it is a sibling of the widget and not its parent.
  const answer = await run(
    page,
    `const widget = await frameOf();
     const other = document.createElement('iframe');
     document.body.append(other);
     return new Promise((done) => {
       const { port1, port2 } = new MessageChannel();
       port1.onmessage = ({ data }) => done(data);
       other.contentWindow.port2 = port2;
       other.contentWindow.eval(\`parent.frames[0].postMessage(
         { type: 'sealwright/hello', version: 1 }, '${service}', [port2])\`);
     });`,
  );
  t.is(codeOf(answer), 'ERR_HELLO_SOURCE');
});

testInBrowser('one greeting is accepted, and only in this version', async (t, browser) => {
  const { page } = await createScene(t, browser);
  await run(page, 'window.widget = await frameOf()');
  const hello = "{ type: 'sealwright/hello', version: 2 }";
  const other = await run(page, `return speak(() => widget.contentWindow, ${hello})`);
  t.is(codeOf(other), 'ERR_HELLO_VERSION');
  const ready = await run(page, 'return speak(() => widget.contentWindow)');
  t.is((ready as { type: string }).type, 'ready');
  t.is(codeOf(await run(page, 'return speak(() => widget.contentWindow)')), 'ERR_HELLO_TWICE');
});

testInBrowser(
  'requests must be numbered upward, one at a time, within 64 KiB and with known methods',
  async (t, browser) => {
    const { page } = await createScene(t, browser);
    await run(page, 'window.widget = await frameOf(); await speak(() => widget.contentWindow)');
    const ask = async (message: string, id: number): Promise<unknown> =>
      codeOf(await run(page, `port.postMessage(${message}); return replyTo(${id})`));
    t.is(await ask("{ id: 4, method: 'read-session' }", 4), 'ERR_METHOD_UNKNOWN');
    t.is(
      await ask("{ id: 5, method: 'sign', params: { message: 1 } }", 5),
      'ERR_MESSAGE_MALFORMED',
    );
    const large = "{ message: 'a'.repeat(65536), format: 'personal_sign' }";
    t.is(await ask(`{ id: 6, method: 'sign', params: ${large} }`, 6), 'ERR_MESSAGE_TOO_LARGE');
    t.is(await ask("{ id: 7, method: 'cancel', params: { of: 3 } }", 7), 'ERR_REQUEST_UNKNOWN');
    t.is(await ask("{ id: 3, method: 'connect' }", 3), 'ERR_REQUEST_REPLAYED');
    await run(page, "port.postMessage({ id: 8, method: 'connect' })");
    t.is(await ask("{ id: 9, method: 'connect' }", 9), 'ERR_REQUEST_OPEN');
    await run(page, 'heard.length = 0');
    t.is(await ask("{ id: 8, method: 'connect' }", 8), 'ERR_REQUEST_REPLAYED');
    await run(page, 'heard.length = 0');
    await run(page, "port.postMessage({ id: 10, method: 'cancel', params: { of: 8 } })");
    t.is(codeOf(await run(page, 'return replyTo(8)')), 'ERR_USER_REJECTED');
    // A message without a number is not answered and breaks nothing.
    const noise = ['null', '7', "'x'", '{}', "{ id: -1, method: 'connect' }", '[1]'];
    for (const each of noise) await run(page, `port.postMessage(${each})`);
    t.is(await ask("{ id: 11, method: 'cancel', params: { of: 8 } }", 11), 'ERR_REQUEST_UNKNOWN');
  },
);

testInBrowser('a page cannot read or use the session of the person', async (t, browser) => {
  const { page, service } = await createScene(t, browser);
  await connectNewPerson(page);
  const frame = await widgetFrame(page);
  t.is((await call(frame, 'GET', '/api/account')).status, 200);

  const codes: unknown[] = [];
  page.on('response', (response) => {
    if (!response.url().startsWith(`${service}/api/`)) return;
    codes.push(
      response.json().then(
        (body: { code?: string }) => body.code,
        () => 'unread',
      ),
    );
  });
  const asked = await run(
    page,
    `const read = await fetch('${service}/api/account', { credentials: 'include' })
       .then(() => 'read', () => 'kept');
     const changed = await fetch('${service}/api/auth/sign-out',
       { method: 'POST', credentials: 'include', mode: 'no-cors' }).then(({ type }) => type);
     return [read, changed];`,
  );
  t.deepEqual(asked, ['kept', 'opaque']);
  const said = await Promise.all(codes);
  t.true(
    said.every((code) => code === 'ERR_ORIGIN_REFUSED' || code === 'unread'),
    String(said),
  );
  const inside = await run(
    page,
    `const { contentDocument, contentWindow } = document.querySelector('dialog iframe');
     let inner = 'open';
     try { contentWindow.document; } catch ({ name }) { inner = name; }
     return [contentDocument, inner, document.cookie]`,
  );
  t.deepEqual(inside, [null, 'SecurityError', '']);
  // Nothing was sent to the page, not even to an app that listens to everything.
  t.is((await call(frame, 'GET', '/api/account')).status, 200);
  t.notRegex(String(await frame.evaluate('document.cookie')), /__Host-sealwright=/);
});

testInBrowser('a window of another origin receives no greeting', async (t, browser) => {
  const { page, app } = await createScene(t, browser);
  await run(
    page,
    `window.forged = [];
     window.addEventListener('message', ({ data }) => forged.push(data));
     const open = window.open.bind(window);
     window.open = (_url, name, size) => {
       const opened = open('${app}', name, size);
       setTimeout(() => opened.addEventListener('message', ({ data }) => forged.push(data)), 500);
       setTimeout(() => opened.close(), 2000);
       return opened;
     };
     const inWindow = client.createSealwright({ service: sealwright_service, prefer: 'window' });
     onGo = () => { result = inWindow.connect().catch(({ code }) => code); };`,
  );
  await page.click('#go');
  t.is(await run(page, 'return result'), 'ERR_OPENER_POLICY');
  t.deepEqual(await run(page, 'return forged'), []);
});

testInBrowser('a service worker receives no script', async (t, browser) => {
  const { page, service, world } = await createScene(t, browser);
  const headers = { 'service-worker': 'script' };
  for (const path of ['/client.js', '/widget/main.js', '/widget/']) {
    t.is((await world.call('GET', path, { headers })).body['code'], 'ERR_SERVICE_WORKER', path);
  }
  await page.goto(`${service}/widget/`);
  for (const path of ['/client.js', '/widget/main.js']) {
    const script = `return navigator.serviceWorker.register('${path}').then(() => 'left', () => 'refused')`;
    t.is(await run(page, script), 'refused');
  }
  t.is(await run(page, 'return (await navigator.serviceWorker.getRegistrations()).length'), 0);
});

testInBrowser('a window that no app opened shows only an explanation', async (t, browser) => {
  const { page, service } = await createScene(t, browser);
  await page.goto(`${service}/widget/`);
  await page.waitForSelector('#page[data-code=ERR_NO_OPENER]');
  t.pass();
});

testInBrowser('a window releases its opener after the greeting', async (t, browser) => {
  const { page, service } = await createScene(t, browser);
  await run(page, `onGo = () => { win = window.open('${service}/widget/?window=own'); }`);
  const opened = page.waitForEvent('popup');
  await page.click('#go');
  const popup = await opened;
  const ready = await run<{ type: string }>(page, 'return speak(() => win)');
  t.is(ready.type, 'ready');
  t.is(await popup.evaluate('window.opener'), null);
  await run(page, "port.postMessage({ id: 1, method: 'connect' })");
  await untilScreen(popup, 'connect');
});
