/**
 * Tests that a person who clicks repeatedly, as in a game, approves nothing that appears under the
 * pointer.
 */
import { verifyMessage } from 'ethers';
import { testInChromium } from './chromium.js';
import {
  connectNewPerson,
  createScene,
  press,
  runInPage as run,
  untilScreen,
  widgetFrame,
} from './widget-scene.js';

const APPROVE = 'main[data-screen=review] [data-answer=approve]';
const SETTLE_MS = 500;

testInChromium('each refused click restarts the delay', async (t, browser) => {
  const { page } = await createScene(t, browser);
  const address = await connectNewPerson(page);
  const frame = await widgetFrame(page);
  // The frame's time is stopped, and only this test moves it.
  await frame.evaluate(
    'window.nowMs = performance.now(); performance.now = () => { return window.nowMs; };',
  );
  await run(page, "window.signing = sealwright.signMessage('hi'); signing.catch(() => {})");
  await untilScreen(frame, 'review');
  const click = async (afterMs: number): Promise<void> => {
    await frame.evaluate(`window.nowMs += ${afterMs}`);
    await press(frame, APPROVE, { isForced: true });
  };
  const clickAfter = async (ms: number): Promise<string | null> => {
    await click(ms);
    return frame.getAttribute('main[data-screen=review] .notice', 'data-code');
  };
  t.is(await clickAfter(0), 'ERR_APPROVE_TOO_EARLY');
  for (let count = 0; count < 12; count += 1) {
    t.regex(String(await clickAfter(SETTLE_MS - 1)), /^ERR_APPROVE_(?:TOO_EARLY|HIDDEN)$/);
  }
  await click(SETTLE_MS);
  const { signature } = await run<{ signature: string }>(page, 'return signing');
  t.is(verifyMessage('hi', signature), address);
});
