/** Tests the provider as web3 SDKs use it (EIP-1193, EIP-6963). */
import { createHash } from 'node:crypto';
import { verifyMessage } from 'ethers';
import { SiweMessage } from 'siwe';
import { testInBrowser } from './chromium.js';
import {
  approve,
  connectNewPerson,
  createScene,
  joinInFrame,
  press,
  runInPage as run,
  untilScreen,
  widgetFrame,
} from './widget-scene.js';

const CODE = '.then(() => 0, ({ code, data }) => [code, data.code])';
const ask = (method: string, params = '[]'): string =>
  `return sealwright.provider.request({ method: '${method}', params: ${params} })${CODE}`;

testInBrowser("ethers' BrowserProvider signs a SIWE that siwe verifies", async (t, browser) => {
  const { page, app } = await createScene(t, browser);
  const message = `const { BrowserProvider } = await import('/ethers.js');
    const provider = new BrowserProvider(sealwright.provider);
    window.signer = await provider.getSigner();
    return signer.address;`;
  const signing = run<string>(page, message);
  const frame = await joinInFrame(page);
  const address = await signing;
  const siwe = new SiweMessage({
    domain: new URL(app).host,
    address,
    statement: 'Sign in to an app.',
    uri: app,
    version: '1',
    chainId: 1,
    nonce: createHash('sha256').update(address).digest('hex').slice(0, 16),
    issuedAt: new Date().toISOString(),
    expirationTime: new Date(Date.now() + 600_000).toISOString(),
  });
  const text = siwe.prepareMessage();
  const signed = page.evaluate(`signer.signMessage(${JSON.stringify(text)})`) as Promise<string>;
  await approve(page, frame);
  const signature = await signed;
  t.is(verifyMessage(text, signature), address);
  const { success } = await siwe.verify({ signature, domain: new URL(app).host });
  t.true(success);
});

testInBrowser(
  'the provider answers known methods and refuses others with their codes',
  async (t, browser) => {
    const { page } = await createScene(t, browser);
    t.true(await run(page, 'return sealwright.provider.isSealwright'));
    t.deepEqual(
      await run(page, "return sealwright.provider.request({ method: 'eth_accounts' })"),
      [],
    );
    t.is(await run(page, "return sealwright.provider.request({ method: 'eth_chainId' })"), '0x1');
    const text = "['0x6869', '0x0000000000000000000000000000000000000001']";
    t.deepEqual(await run(page, ask('personal_sign', text)), [4100, 'ERR_NOT_CONNECTED']);

    const refused = run(page, ask('eth_requestAccounts'));
    const frame = await widgetFrame(page);
    await untilScreen(frame, 'connect');
    await press(frame, 'button:has-text("Cancel")');
    t.deepEqual(await refused, [4001, 'ERR_USER_REJECTED']);

    await connectNewPerson(page);
    t.deepEqual(await run(page, ask('personal_sign', text)), [4100, 'ERR_ADDRESS_UNKNOWN']);
    t.deepEqual(await run(page, ask('personal_sign', '[]')), [-32602, 'ERR_MESSAGE_MALFORMED']);
    for (const method of ['eth_signTypedData', 'eth_signTypedData_v3', 'eth_signTypedData_v4']) {
      t.deepEqual(await run(page, ask(method)), [4200, 'ERR_TYPED_DATA'], method);
    }
    for (const method of [
      'eth_sendTransaction',
      'eth_sign',
      'wallet_addEthereumChain',
      'constructor',
    ]) {
      t.deepEqual(await run(page, ask(method)), [4200, 'ERR_METHOD_UNKNOWN'], method);
    }
  },
);

testInBrowser(
  'without a response of the service the provider reports that it is disconnected',
  async (t, browser) => {
    const { page, world } = await createScene(t, browser);
    await world.close();
    t.deepEqual(await run(page, ask('eth_requestAccounts')), [4900, 'ERR_HANDSHAKE_TIMEOUT']);
  },
);

testInBrowser(
  'an app that is not listed is told so, in the error and on the screen',
  async (t, browser) => {
    const { page, app, complaints } = await createScene(t, browser, {
      appOrigins: () => 'https://other.example',
    });
    t.deepEqual(await run(page, ask('eth_requestAccounts')), [4100, 'ERR_HELLO_ORIGIN']);
    const notice = page.locator('dialog.sealwright-notice');
    t.true((await notice.innerText()).includes(`must add ${app} to APP_ORIGINS`));
    await notice.locator('button').click();
    t.is(await page.locator('dialog').count(), 0);
    // No line of the console is needed to find the reason, and none is red.
    t.deepEqual(complaints, []);
  },
);

testInBrowser('the provider emits connect, accountsChanged and disconnect', async (t, browser) => {
  const { page } = await createScene(t, browser);
  await run(
    page,
    `window.told = [];
     for (const name of ['connect', 'accountsChanged', 'disconnect']) {
       sealwright.provider.on(name, (value) => told.push([name, value?.code ?? value]));
     }
     window.removed = () => told.push(['removed']);
     sealwright.provider.on('connect', removed).removeListener('connect', removed);
     sealwright.provider.on('accountsChanged', () => { throw new Error('expected: a listener of the app'); });`,
  );
  const address = await connectNewPerson(page);
  t.deepEqual(await run(page, 'return told'), [
    ['connect', { chainId: '0x1' }],
    ['accountsChanged', [address]],
  ]);
  // A connected person is connected again without a prompt.
  t.is((await run<{ address: string }>(page, 'return sealwright.connect()')).address, address);
  t.is(await run(page, 'return told.length'), 2);
  await run(page, 'return sealwright.disconnect({ signOut: true })');
  t.deepEqual(await run(page, 'return told.slice(2)'), [
    ['accountsChanged', []],
    ['disconnect', 4900],
  ]);
  t.deepEqual(
    await run(page, "return sealwright.provider.request({ method: 'eth_accounts' })"),
    [],
  );
  // The session has ended on the service, and not only in the client.
  const again = run(page, ask('eth_requestAccounts'));
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'connect');
  await page.keyboard.press('Escape');
  t.deepEqual(await again, [4001, 'ERR_USER_REJECTED']);
});

testInBrowser(
  'hex of a text is shown and signed as text, and other bytes as bytes',
  async (t, browser) => {
    const { page } = await createScene(t, browser);
    const address = await connectNewPerson(page);
    const frame = await widgetFrame(page);
    const sign = async (data: string): Promise<{ shown: string; signature: string }> => {
      const signing = run<string>(
        page,
        `return sealwright.provider.request({ method: 'personal_sign', params: ['${data}', '${address.toLowerCase()}'] })`,
      );
      await untilScreen(frame, 'review');
      const shown = String(await frame.textContent('pre'));
      if ((await frame.locator('[data-answer=insist]').count()) > 0) {
        await press(frame, '[data-answer=insist]');
        await press(frame, 'input[type=checkbox]');
      }
      await approve(page, frame);
      return { shown, signature: await signing };
    };
    const words = 'grüße 🕯';
    const text = await sign(`0x${Buffer.from(words).toString('hex')}`);
    t.is(text.shown, words);
    t.is(verifyMessage(words, text.signature), address);
    const bytes = await sign('0xff00ff');
    t.is(bytes.shown, '0xff00ff');
    t.is(verifyMessage(Uint8Array.of(255, 0, 255), bytes.signature), address);
  },
);

testInBrowser('the provider is announced to pages that look for wallets', async (t, browser) => {
  const { page } = await createScene(t, browser);
  const found = await run<
    { name: string; rdns: string; uuid: string; icon: string; frozen: boolean }[]
  >(
    page,
    `const found = [];
     addEventListener('eip6963:announceProvider', ({ detail }) => found.push({ ...detail.info,
       frozen: Object.isFrozen(detail) && detail.provider === sealwright.provider }));
     dispatchEvent(new Event('eip6963:requestProvider'));
     return found;`,
  );
  t.is(found.length, 1);
  t.like(found[0], { name: 'Sealwright', rdns: 'localhost', frozen: true });
  t.regex(found[0]?.uuid ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  t.regex(found[0]?.icon ?? '', /^data:image\/svg\+xml,/);
});
