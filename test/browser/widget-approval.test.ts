/** "Approve" is a person's, who could see what is approved. */
import type { ExecutionContext } from 'ava';
import { verifyMessage } from 'ethers';
import type { Browser, Frame, Page } from 'playwright-core';
import { testInChromium } from './chromium.js';
import {
  approve,
  connectNewPerson,
  createScene,
  runInPage as run,
  untilScreen,
  widgetFrame,
} from './widget-scene.js';

const TEXT = 'I like sealing wax';
const APPROVE = 'main[data-screen=review] button.primary';

type Asked = { readonly page: Page; readonly frame: Frame; readonly address: string };

/** A person who is asked to sign a text. */
async function createAsked(t: ExecutionContext, browser: Browser): Promise<Asked> {
  const { page } = await createScene(t, browser);
  const address = await connectNewPerson(page);
  await run(page, `window.signing = sealwright.signMessage('${TEXT}'); signing.catch(() => {})`);
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'review');
  return { page, frame, address };
}

const codeIn = async (frame: Frame): Promise<string | null> =>
  frame.getAttribute('main[data-screen=review] .notice', 'data-code');

/** Whether the request is still open, a moment later. */
const stateOf = (page: Page): Promise<unknown> =>
  run(page, "return Promise.race([signing, new Promise((done) => setTimeout(done, 300, 'open'))])");

async function finish(t: ExecutionContext, { page, frame, address }: Asked): Promise<void> {
  await approve(page, frame);
  const { signature } = await run<{ signature: string }>(page, 'return signing');
  t.is(verifyMessage(TEXT, signature), address);
}

testInChromium('not in the first moment', async (t, browser) => {
  const { page } = await createScene(t, browser);
  const address = await connectNewPerson(page);
  const frame = await widgetFrame(page);
  // As fast as a script can: the click waits for the button and comes with the frame that has it.
  await frame.evaluate(`new MutationObserver(() => {
    const found = document.querySelector('${APPROVE}');
    if (found) found.addEventListener('pointerdown', () => { window.pressedAt = performance.now(); });
  }).observe(document.body, { subtree: true, childList: true })`);
  const clicked = frame.click(APPROVE, { force: true });
  await run(page, `window.signing = sealwright.signMessage('${TEXT}'); signing.catch(() => {})`);
  await clicked;
  t.is(await codeIn(frame), 'ERR_APPROVE_TOO_EARLY');
  await finish(t, { page, frame, address });
});

testInChromium('not by a script', async (t, browser) => {
  const asked = await createAsked(t, browser);
  const { page, frame } = asked;
  await page.waitForTimeout(900);
  await frame.evaluate(`document.querySelector('${APPROVE}').click()`);
  t.is(await codeIn(frame), 'ERR_APPROVE_UNTRUSTED');
  await frame.evaluate(`document.querySelector('${APPROVE}').dispatchEvent(
    new MouseEvent('click', { bubbles: true, detail: 1 }))`);
  t.is(await codeIn(frame), 'ERR_APPROVE_UNTRUSTED');
  await finish(t, asked);
});

testInChromium('not after the frame moved under the pointer', async (t, browser) => {
  const asked = await createAsked(t, browser);
  const { page, frame } = asked;
  await frame.hover(APPROVE);
  await page.waitForTimeout(900);
  for (const inset of ['20px auto auto 20px', '90px auto auto 300px']) {
    await run(
      page,
      `const { style } = document.querySelector('dialog.sealwright');
       style.margin = '0';
       style.inset = '${inset}'`,
    );
    // A click at once, and one when the browser has long told the frame of the pointer over it.
    for (const waitMs of [0, 200]) {
      await page.waitForTimeout(waitMs);
      await frame.click(APPROVE);
      t.is(await codeIn(frame), 'ERR_APPROVE_MOVED', `${inset}, ${waitMs}`);
    }
    t.is(await stateOf(page), 'open');
  }
  await finish(t, asked);
});

testInChromium('not under an overlay of the page', async (t, browser) => {
  const asked = await createAsked(t, browser);
  const { page, frame } = asked;
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
    await page.waitForTimeout(900);
    await frame.click(APPROVE, { force: true });
    t.is(await codeIn(frame), 'ERR_APPROVE_HIDDEN', style);
    await run(page, "document.querySelector('#cover').remove()");
  }
  for (const style of ['opacity: 0.5', 'filter: invert(1)', 'transform: rotate(1deg)']) {
    await run(page, `document.querySelector('dialog.sealwright').style.cssText += ';${style}'`);
    await page.waitForTimeout(900);
    await frame.click(APPROVE, { force: true });
    t.is(await codeIn(frame), 'ERR_APPROVE_HIDDEN', style);
    const [name = ''] = style.split(':');
    await run(page, `document.querySelector('dialog.sealwright').style.removeProperty('${name}')`);
  }
  await finish(t, asked);
});

testInChromium('by keyboard, with the button chosen by the person', async (t, browser) => {
  const { page, frame, address } = await createAsked(t, browser);
  await page.waitForTimeout(900);
  // The heading has the focus at first: who is typing meanwhile approves nothing.
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
});

testInChromium('a person who says no signs nothing', async (t, browser) => {
  const { page, frame } = await createAsked(t, browser);
  await frame.click('button:has-text("Reject")');
  t.is(await run(page, 'return signing.catch(({ code }) => code)'), 'ERR_USER_REJECTED');
  await run(page, `window.signing = sealwright.signMessage('${TEXT}'); signing.catch(() => {})`);
  await untilScreen(frame, 'review');
  await page.keyboard.press('Escape');
  t.is(await run(page, 'return signing.catch(({ code }) => code)'), 'ERR_USER_REJECTED');
});
