/**
 * Tests what an app still has after a reload, and how a person takes it away or chooses another
 * account.
 */
import { verifyMessage } from 'ethers';
import type { Page } from 'playwright-core';
import { testInBrowser } from './chromium.js';
import { addKey } from './page-scripts.js';
import {
  approve,
  connectNewPerson,
  createScene,
  press,
  runInPage as run,
  untilScreen,
  widgetFrame,
} from './widget-scene.js';

const request = (method: string, params: unknown = []): string =>
  `return sealwright.provider.request(${JSON.stringify({ method, params })})`;
const codeOf = (method: string, params: unknown = []): string =>
  `${request(method, params)}.then(() => 0, ({ code, data }) => [code, data.code])`;

const ACCOUNTS = request('eth_accounts');
const ONLY_ACCOUNTS = [{ eth_accounts: {} }];

async function reload(page: Page): Promise<void> {
  await page.reload();
  await page.waitForFunction(() => 'sealwright' in globalThis);
}

testInBrowser('after a reload the account is there without a prompt', async (t, browser) => {
  const { page, complaints } = await createScene(t, browser);
  t.deepEqual(await run(page, ACCOUNTS), []);
  t.is(
    await page.locator('iframe').count(),
    0,
    'nothing is loaded for a person who never connected',
  );

  const address = await connectNewPerson(page);
  await reload(page);
  t.deepEqual(await run(page, ACCOUNTS), [address]);
  t.is(await page.locator('dialog.sealwright').getAttribute('data-place'), 'hidden');
  t.is(await run(page, request('eth_chainId')), '0x1');
  const signing = run<string>(page, request('personal_sign', ['hello', address]));
  await approve(page, await widgetFrame(page));
  t.is(verifyMessage('hello', await signing), address);
  t.deepEqual(complaints, [], 'no line of the console is red');
});

testInBrowser('without a session a reload finds nothing, and asks nothing', async (t, browser) => {
  const { page, context, complaints } = await createScene(t, browser);
  await connectNewPerson(page);
  await context.clearCookies({ name: '__Host-sealwright' });
  await reload(page);
  t.deepEqual(await run(page, ACCOUNTS), []);
  t.is(await page.locator('dialog.sealwright').getAttribute('data-place'), 'hidden');
  await reload(page);
  t.deepEqual(await run(page, ACCOUNTS), []);
  t.is(await page.locator('iframe').count(), 0, 'what was found to be over is forgotten');
  t.deepEqual(complaints, [], 'no line of the console is red');
});

testInBrowser(
  'a withdrawn permission is gone after a reload, and asked for again',
  async (t, browser) => {
    const { page, app } = await createScene(t, browser);
    const address = await connectNewPerson(page);
    t.deepEqual(await run(page, request('wallet_getPermissions')), [
      {
        parentCapability: 'eth_accounts',
        invoker: app,
        caveats: [{ type: 'restrictReturnedAccounts', value: [address] }],
      },
    ]);
    t.is(await run(page, request('wallet_revokePermissions', ONLY_ACCOUNTS)), null);
    t.deepEqual(await run(page, ACCOUNTS), []);
    t.deepEqual(await run(page, request('wallet_getPermissions')), []);
    await reload(page);
    t.deepEqual(await run(page, ACCOUNTS), []);
    const asking = run<string[]>(page, request('eth_requestAccounts'));
    const frame = await widgetFrame(page);
    await untilScreen(frame, 'continue');
    await press(frame, 'button:text-is("Continue")');
    t.deepEqual(await asking, [address]);
  },
);

testInBrowser('a person with several keys chooses the one that an app gets', async (t, browser) => {
  const { page } = await createScene(t, browser);
  const first = await connectNewPerson(page);
  const frame = await widgetFrame(page);
  const second = await addKey(frame);
  await run(
    page,
    `window.told = []; sealwright.provider.on('accountsChanged', (accounts) => told.push(accounts));
     sealwright.provider.once('accountsChanged', () => told.push('once'));
     const never = () => told.push('never');
     sealwright.provider.on('accountsChanged', never).off('accountsChanged', never);`,
  );
  const choose = async (address: string): Promise<unknown> => {
    const asked = run(page, request('wallet_requestPermissions', ONLY_ACCOUNTS));
    await untilScreen(frame, 'continue');
    await press(frame, `[data-key="${address}"]`);
    await press(frame, 'button:text-is("Continue")');
    return asked;
  };
  await choose(second);
  t.deepEqual(await run(page, 'return told'), [[second], 'once']);
  t.deepEqual(await run(page, ACCOUNTS), [second]);
  // Some libraries pass the address before the message.
  const signing = run<string>(page, request('personal_sign', [second.toLowerCase(), 'hello']));
  await approve(page, frame);
  t.is(verifyMessage('hello', await signing), second);

  await reload(page);
  t.deepEqual(await run(page, ACCOUNTS), [second]);
  const asked = run<string[]>(page, request('eth_requestAccounts'));
  t.deepEqual(await asked, [second], 'the choice is not asked for again');
  const again = await widgetFrame(page);
  const changed = run(page, request('wallet_requestPermissions', ONLY_ACCOUNTS));
  await untilScreen(again, 'continue');
  t.true(await again.isChecked(`[data-key="${second}"] input`));
  await press(again, `[data-key="${first}"]`);
  await press(again, 'button:text-is("Continue")');
  await changed;
  t.deepEqual(await run(page, ACCOUNTS), [first]);
});

testInBrowser(
  'chains and permissions that do not exist are refused with their codes',
  async (t, browser) => {
    const { page } = await createScene(t, browser);
    const toChain = (chainId: unknown) => [{ chainId }];
    t.is(await run(page, request('wallet_switchEthereumChain', toChain('0x1'))), null);
    t.is(await run(page, request('net_version')), '1');
    const refused = [
      ['wallet_switchEthereumChain', toChain('0x5'), 4902, 'ERR_CHAIN_UNKNOWN'],
      ['wallet_switchEthereumChain', toChain(1), -32602, 'ERR_MESSAGE_MALFORMED'],
      ['wallet_switchEthereumChain', [], -32602, 'ERR_MESSAGE_MALFORMED'],
      ['wallet_requestPermissions', [{ other: {} }], -32602, 'ERR_MESSAGE_MALFORMED'],
      ['wallet_revokePermissions', [], -32602, 'ERR_MESSAGE_MALFORMED'],
    ] as const;
    for (const [method, params, ...codes] of refused) {
      t.deepEqual(await run(page, codeOf(method, params)), codes, JSON.stringify([method, params]));
    }
  },
);

testInBrowser('a client that prefers windows opens no frame', async (t, browser) => {
  const { page, service } = await createScene(t, browser);
  const chainId = await run(
    page,
    `window.sealwright = client.createSealwright({ service: '${service}', prefer: 'window', announce: false });
     ${request('eth_chainId')}`,
  );
  t.is(chainId, '0x1');
  t.deepEqual(await run(page, ACCOUNTS), []);
  t.is(await page.locator('iframe').count(), 0);
});

testInBrowser(
  'a request that the service refuses reaches the app with its sentence',
  async (t, browser) => {
    const { page, service } = await createScene(t, browser);
    const address = await connectNewPerson(page);
    const frame = await widgetFrame(page);
    const text = [
      'other.example wants you to sign in with your Ethereum account:',
      address,
      '',
      '',
      `URI: ${service}`,
      'Version: 1',
      'Chain ID: 1',
      'Nonce: 0123456789abcdef',
      `Issued At: ${new Date().toISOString()}`,
    ].join('\n');
    const answer = run<[number, string]>(page, codeOf('personal_sign', [text, address]));
    await untilScreen(frame, 'error');
    await press(frame, 'button.primary');
    t.deepEqual(await answer, [-32000, 'ERR_REVIEW_DOMAIN']);
  },
);
