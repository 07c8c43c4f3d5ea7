/** The widget in a real browser, in the page of an app on another site. */
import { verifyMessage } from 'ethers';
import { composeAppSignIn } from '../../scripts/local/app-sign-in.js';
import { testInChromium } from './chromium.js';
import { createScene, untilScreen, widgetFrame } from './widget-scene.js';

type Client = {
  sealwright: {
    connect(): Promise<{ address: string; chainId: number }>;
    signMessage(message: string): Promise<{
      signature: string;
      address: string;
      tinycloudBootstrap: { status: string };
    }>;
  };
};

testInChromium('smoke', async (t, browser) => {
  const { page, app, complaints } = await createScene(t, browser);
  const connecting = page.evaluate(() => (globalThis as unknown as Client).sealwright.connect());
  connecting.catch((e) => console.log('CONNECT', e));
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'connect').catch((e) => console.log(String(e)));
  await page.screenshot({ path: '/tmp/w1.png' });
  console.log(complaints);
  await frame.click('[data-way=create]');
  const { address } = await connecting;
  console.log(address);
  const { siwe } = composeAppSignIn(address, new URL(app).host, Date.now());
  const signing = page.evaluate(
    (m) => (globalThis as unknown as Client).sealwright.signMessage(m),
    siwe,
  );
  signing.catch((e) => console.log('SIGN', e));
  await untilScreen(frame, 'review');
  await page.waitForTimeout(1200);
  await page.screenshot({ path: '/tmp/w2.png' });
  for (let i = 0; i < 3; i += 1) {
    await frame
      .click('button.primary', { timeout: 2000 })
      .catch((e) => console.log(String(e).slice(0, 300)));
    await page.waitForTimeout(600);
    console.log(
      await frame.evaluate(`document.querySelector('.notice')?.outerHTML`).catch(() => 'gone'),
    );
    if ((await frame.$('main[data-screen=review]')) === null) break;
  }
  const signed = await signing;
  t.is(verifyMessage(siwe, signed.signature), address);
  console.log(signed, complaints);
  await page.screenshot({ path: '/tmp/w3.png' });
  t.pass();
});
