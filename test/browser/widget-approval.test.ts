/** Tests that only a person who could see the request can approve it. */
import type { ExecutionContext } from 'ava';
import { verifyMessage } from 'ethers';
import type { Browser, Frame, Page } from 'playwright-core';
import { testInChromium } from './chromium.js';
import { passTime, SETTLED_MS, stopTime, untilCovered, untilSeenWhole } from './page-time.js';
import {
  approve,
  connectNewPerson,
  createScene,
  press,
  runInPage as run,
  untilScreen,
  widgetFrame,
} from './widget-scene.js';

const TEXT = 'I like sealing wax';
const APPROVE = 'main[data-screen=review] [data-answer=approve]';

/** How long a person must have had time to read. */
const SETTLE_MS = 500;

type Asked = { readonly page: Page; readonly frame: Frame; readonly address: string };

/** Asks a person to sign a text. The page's time is stopped, and only the test moves it. */
async function createAsked(t: ExecutionContext, browser: Browser): Promise<Asked> {
  const { page } = await createScene(t, browser);
  const address = await connectNewPerson(page);
  await stopTime(page);
  await run(page, `window.signing = sealwright.signMessage('${TEXT}'); signing.catch(() => {})`);
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'review');
  await untilSeenWhole(frame);
  return { page, frame, address };
}

/** Clicks at the position of the button, without waiting for what a stopped page may never do. */
const click = (frame: Frame): Promise<void> => press(frame, APPROVE, { isForced: true });

const codeIn = async (frame: Frame): Promise<string | null> =>
  frame.getAttribute('main[data-screen=review] .notice', 'data-code');

/** Whether the button shows that no click counts yet. */
const waitsIn = async (frame: Frame): Promise<string | null> =>
  frame.getAttribute(APPROVE, 'aria-disabled');

/** Resolves to whether the request is still open after everything pending has arrived. */
const stateOf = (page: Page): Promise<unknown> =>
  run(page, "return Promise.race([signing, fetch('/').then(() => 'open')])");

async function finish(t: ExecutionContext, { page, frame, address }: Asked): Promise<void> {
  await frame.hover(APPROVE, { force: true });
  await untilSeenWhole(frame);
  await passTime(page, SETTLED_MS);
  await click(frame);
  const { signature } = await run<{ signature: string }>(page, 'return signing');
  t.is(verifyMessage(TEXT, signature), address);
}

testInChromium('an approval in the first moment is refused', async (t, browser) => {
  const asked = await createAsked(t, browser);
  const { page, frame } = asked;
  await click(frame);
  t.is(await codeIn(frame), 'ERR_APPROVE_TOO_EARLY');
  await passTime(page, SETTLE_MS - 1);
  await click(frame);
  t.is(await codeIn(frame), 'ERR_APPROVE_TOO_EARLY');
  t.is(await stateOf(page), 'open');
  t.is(await waitsIn(frame), 'true');
  await passTime(page, SETTLE_MS);
  t.is(await waitsIn(frame), null);
  await finish(t, asked);
});

testInChromium('an approval by a script is refused', async (t, browser) => {
  const asked = await createAsked(t, browser);
  const { page, frame } = asked;
  await passTime(page, SETTLED_MS);
  await frame.evaluate(`document.querySelector('${APPROVE}').click()`);
  t.is(await codeIn(frame), 'ERR_APPROVE_UNTRUSTED');
  await frame.evaluate(`document.querySelector('${APPROVE}').dispatchEvent(
    new MouseEvent('click', { bubbles: true, detail: 1 }))`);
  t.is(await codeIn(frame), 'ERR_APPROVE_UNTRUSTED');
  t.is(await stateOf(page), 'open');
  await finish(t, asked);
});

testInChromium(
  'an approval after the frame moved under the pointer is refused',
  async (t, browser) => {
    const asked = await createAsked(t, browser);
    const { page, frame } = asked;
    await frame.hover(APPROVE, { force: true });
    const places = ['20px auto auto 20px', '90px auto auto 300px', '60px auto auto 40px'];
    for (const [index, inset] of places.entries()) {
      await passTime(page, SETTLED_MS);
      await run(
        page,
        `const { style } = document.querySelector('dialog.sealwright');
       style.margin = '0';
       style.inset = '${inset}'`,
      );
      // The last click waits until the browser may have reported the pointer to the frame: both
      // orders are refused.
      if (index === places.length - 1) await page.waitForTimeout(200);
      await untilSeenWhole(frame);
      await click(frame);
      t.is(await codeIn(frame), 'ERR_APPROVE_MOVED', inset);
      t.is(await stateOf(page), 'open');
    }
    await finish(t, asked);
  },
);

testInChromium('an approval under an overlay of the page is refused', async (t, browser) => {
  const asked = await createAsked(t, browser);
  const { page, frame } = asked;
  const clickCovered = async (style: string): Promise<void> => {
    await untilCovered(frame);
    await passTime(page, SETTLED_MS);
    await click(frame);
    t.is(await codeIn(frame), 'ERR_APPROVE_HIDDEN', style);
  };
  for (const style of ['opacity: 0.01', 'opacity: 1']) {
    await run(
      page,
      `const cover = document.createElement('div');
       cover.id = 'cover';
       cover.popover = 'manual';
       cover.style.cssText = 'inset: 0; margin: 0; width: 100vw; height: 60vh; border: 0; padding: 0; pointer-events: none; background: teal; ${style}';
       document.querySelector('dialog.sealwright').append(cover);
       cover.showPopover();`,
    );
    await clickCovered(style);
    // The delay after the refused click is over, so only the cover that was there until now counts.
    await passTime(page, SETTLED_MS);
    await run(page, "document.querySelector('#cover').remove()");
    await untilSeenWhole(frame);
    await click(frame);
    t.is(await codeIn(frame), 'ERR_APPROVE_TOO_EARLY', style);
  }
  for (const style of ['opacity: 0.5', 'filter: invert(1)', 'transform: rotate(1deg)']) {
    await run(page, `document.querySelector('dialog.sealwright').style.cssText += ';${style}'`);
    await clickCovered(style);
    const [name = ''] = style.split(':');
    await run(page, `document.querySelector('dialog.sealwright').style.removeProperty('${name}')`);
    await untilSeenWhole(frame);
  }
  await finish(t, asked);
});

testInChromium(
  'an approval by keyboard requires that the person selects the button',
  async (t, browser) => {
    const { page, frame, address } = await createAsked(t, browser);
    await passTime(page, SETTLED_MS);
    // The heading has the focus at first, so that a person who is typing approves nothing.
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    t.is(await stateOf(page), 'open');
    for (let tries = 0; tries < 8; tries += 1) {
      await page.keyboard.press('Tab');
      if (await frame.evaluate(`document.activeElement?.matches('${APPROVE}')`)) break;
    }
    await page.keyboard.press('Enter');
    const { signature } = await run<{ signature: string }>(page, 'return signing');
    t.is(verifyMessage(TEXT, signature), address);
  },
);

testInChromium('a refusal of the person signs nothing', async (t, browser) => {
  const { page, frame } = await createAsked(t, browser);
  await press(frame, '[data-answer=reject]');
  t.is(await run(page, 'return signing.catch(({ code }) => code)'), 'ERR_USER_REJECTED');
  await run(page, `window.signing = sealwright.signMessage('${TEXT}'); signing.catch(() => {})`);
  await untilScreen(frame, 'review');
  await page.keyboard.press('Escape');
  t.is(await run(page, 'return signing.catch(({ code }) => code)'), 'ERR_USER_REJECTED');
});

testInChromium(
  'an app of the same site can show a request in its frame, unless it cuts it',
  async (t, browser) => {
    // The frame starts between two pixels, and shares the process of the app.
    const { page } = await createScene(t, browser, {
      isSameSite: true,
      browser: { viewport: { width: 1_281, height: 727 } },
    });
    const address = await connectNewPerson(page);
    await run(page, `window.signing = sealwright.signMessage('${TEXT}'); signing.catch(() => {})`);
    const frame = await widgetFrame(page);
    await untilScreen(frame, 'review');
    const cut = (px: number): Promise<unknown> =>
      run(page, `document.querySelector('dialog.sealwright iframe').style.marginTop = '-${px}px'`);
    await cut(2);
    await untilCovered(frame);
    await page.waitForTimeout(SETTLED_MS);
    await click(frame);
    t.is(await codeIn(frame), 'ERR_APPROVE_HIDDEN');
    await cut(0);
    await approve(page, frame);
    const { signature } = await run<{ signature: string }>(page, 'return signing');
    t.is(verifyMessage(TEXT, signature), address);
  },
);
