/**
 * Tests that wallet libraries drive the provider unmodified: connect, reload, sign, switch,
 * disconnect.
 */
import { verifyMessage } from 'ethers';
import type { Page } from 'playwright-core';
import { sampleOf } from '../sample.js';
import { bundle } from './bundle.js';
import { testInBrowser } from './chromium.js';
import { addKey } from './page-scripts.js';
import {
  approve,
  createScene,
  joinInFrame,
  press,
  runInPage as run,
  untilScreen,
  widgetFrame,
} from './widget-scene.js';

/** An app of wagmi, as its documentation has it: the provider is found by EIP-6963. */
const wagmiApp = (core: string): string => `
  import * as wagmi from '${core}';
  import { mainnet } from 'viem/chains';
  import { createSiweMessage, generateSiweNonce } from 'viem/siwe';
  const config = wagmi.createConfig({
    chains: [mainnet],
    transports: { [mainnet.id]: wagmi.http() },
  });
  const connector = () => config.connectors.find(({ name }) => name === 'Sealwright');
  window.app = {
    connect: async () => (await wagmi.connect(config, { connector: connector() })).accounts,
    reconnect: async () => (await wagmi.reconnect(config)).flatMap(({ accounts }) => accounts),
    account: () => wagmi.getAccount?.(config) ?? wagmi.getConnection(config),
    sign: (message) => wagmi.signMessage(config, { message }),
    siwe: (address) => createSiweMessage({ address, chainId: 1, domain: location.host,
      nonce: generateSiweNonce(), uri: location.origin, version: '1' }),
    disconnect: () => wagmi.disconnect(config),
  };`;

/** CI runs the newer one. */
const LIBRARIES = sampleOf(
  [
    ['wagmi 3', '@wagmi/core'],
    ['wagmi 2', 'wagmi-core-2'],
  ] as const,
  1,
  0,
);

async function openApp(page: Page, script: string): Promise<void> {
  await page.reload();
  await page.waitForFunction(() => 'sealwright' in globalThis);
  await page.addScriptTag({ content: script, type: 'module' });
  await page.waitForFunction(() => 'app' in globalThis);
}

for (const [name, core] of LIBRARIES) {
  testInBrowser(
    `${name} connects, reconnects after a reload, signs, and disconnects`,
    async (t, browser) => {
      const { page } = await createScene(t, browser);
      const script = await bundle(wagmiApp(core));
      await openApp(page, script);
      t.deepEqual(await run(page, 'return app.reconnect()'), []);

      const connecting = run<string[]>(page, 'return app.connect()');
      await joinInFrame(page);
      const [address = ''] = await connecting;
      t.regex(address, /^0x[0-9a-fA-F]{40}$/);

      await openApp(page, script);
      t.deepEqual(await run(page, 'return app.reconnect()'), [address]);
      t.is(await page.locator('dialog.sealwright').getAttribute('data-place'), 'hidden');
      const text = await run<string>(page, `return app.siwe('${address}')`);
      await run(
        page,
        `window.signing = app.sign(${JSON.stringify(text)}); signing.catch(() => {})`,
      );
      const again = await widgetFrame(page);
      await approve(page, again);
      t.is(verifyMessage(text, await run<string>(page, 'return signing')), address);

      const second = await addKey(again);
      const switching = run(
        page,
        `return sealwright.provider.request({ method: 'wallet_requestPermissions', params: [{ eth_accounts: {} }] })`,
      );
      await untilScreen(again, 'continue');
      await press(again, `[data-key="${second}"]`);
      await press(again, 'button:text-is("Continue")');
      await switching;
      t.is(await run(page, 'return app.account().address'), second);

      await run(page, 'return app.disconnect()');
      await openApp(page, script);
      t.deepEqual(await run(page, 'return app.reconnect()'), []);
      t.deepEqual(
        await run(page, "return sealwright.provider.request({ method: 'eth_accounts' })"),
        [],
      );
    },
  );
}

testInBrowser('viem gets an address, keeps it over a reload, and signs', async (t, browser) => {
  const { page } = await createScene(t, browser);
  const script = await bundle(`
    import { createWalletClient, custom } from 'viem';
    import { mainnet } from 'viem/chains';
    window.app = createWalletClient({ chain: mainnet, transport: custom(sealwright.provider) });`);
  await openApp(page, script);
  t.deepEqual(await run(page, 'return app.getAddresses()'), []);
  const connecting = run<string[]>(page, 'return app.requestAddresses()');
  await joinInFrame(page);
  const [address = ''] = await connecting;
  await openApp(page, script);
  t.deepEqual(await run(page, 'return app.getAddresses()'), [address]);
  t.is(await run(page, 'return app.getChainId()'), 1);
  t.is(await run(page, 'return app.switchChain({ id: 1 })'), undefined);
  await run(
    page,
    `window.signing = app.signMessage({ account: '${address}', message: 'hello' }); signing.catch(() => {})`,
  );
  await approve(page, await widgetFrame(page));
  t.is(verifyMessage('hello', await run<string>(page, 'return signing')), address);
  // viem names the error of a refusal, and passes on the sentence.
  const refused = run<string[]>(
    page,
    `return app.signMessage({ account: '0x${'1'.repeat(40)}', message: 'x' }).catch(({ name, details }) => [name, details])`,
  );
  const [, details = ''] = await refused;
  t.regex(details, /does not have this address/);
});
