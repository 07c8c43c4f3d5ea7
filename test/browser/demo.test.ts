/**
 * Tests the demo app as a person uses it: two sites, one signature, notes in the person's own
 * space.
 */
import type { Frame, Page } from 'playwright-core';
import { createGate } from '../gate.js';
import { planRequestOf } from '../scenarios/requests.js';
import { until } from '../until.js';
import { testInBrowser } from './chromium.js';
import { createDemoScene, signInAnew, writeNote } from './demo-scene.js';
import { approve, approveBy, untilScreen, widgetFrame } from './widget-scene.js';

testInBrowser(
  'a new person needs one prompt from the first click to a saved note',
  async (t, browser) => {
    const scene = await createDemoScene(t, browser);
    const { page, world } = scene;
    await signInAnew(page);
    await writeNote(page, 'Buy sealing wax');
    t.is(await world.counter('signatures'), 1);
    await writeNote(page, 'And a candle');
    t.is(await page.locator('#notes li').count(), 2);
    await page.click('#notes li:has-text("Buy") button');
    await page.locator('#notes li').nth(1).waitFor({ state: 'detached' });
    t.is(await world.counter('signatures'), 1);
  },
);

testInBrowser('at a second visit the service sends the node no request', async (t, browser) => {
  const { page, world, askedByService } = await createDemoScene(t, browser);
  await signInAnew(page);
  await writeNote(page, 'Kept');
  t.true(askedByService().length >= 19);
  world.node.clearRequests();
  await page.reload();
  await page.click('#sign-in');
  await approve(page, await widgetFrame(page));
  await page.waitForSelector('#notes li:has-text("Kept")');
  t.deepEqual(askedByService(), []);
  t.is(await world.counter('signatures'), 2);
});

testInBrowser(
  'without the node the person is still signed in, and the account is completed when it is back',
  async (t, browser) => {
    const { page, world } = await createDemoScene(t, browser, {
      world: { tuning: { retryDelaysMs: [400, 800, 1_500, 3_000] } },
    });
    const bringBack = world.node.addFault({ matches: () => true, kind: 'reset-before' });
    await signInAnew(page);
    const frame = await widgetFrame(page);
    await frame.waitForSelector('[role=status]:has-text("Set-up will finish later")');
    t.regex(String(await page.textContent('#status')), /as soon as your space is ready/);
    t.is(await world.counter('signatures'), 1);
    bringBack();
    await page.waitForSelector('#write', { state: 'visible' });
    await writeNote(page, 'Late but here');
    t.is(await world.counter('signatures'), 1);
  },
);

testInBrowser(
  'the progress of the setup is shown and does not block the person',
  async (t, browser) => {
    const { page, world } = await createDemoScene(t, browser, {
      world: {
        env: { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0' },
        tuning: { limits: { requestDeadlineMs: 120_000, runDeadlineMs: 120_000 } },
      },
    });
    const { hold, goOn } = createGate();
    world.node.onRequest((phase, record) =>
      phase === 'before' && planRequestOf(record) === 'records' ? hold() : undefined,
    );
    await signInAnew(page);
    const frame = await widgetFrame(page);
    await untilScreen(frame, 'progress');
    t.is(await page.getAttribute('dialog.sealwright', 'data-place'), 'corner');
    // The node's last response waits until the page has shown the first ones.
    const value = await until('some of the set-up is shown as done', async () => {
      const shown = await frame.evaluate<number>("document.querySelector('progress')?.value");
      return shown > 0 && shown;
    });
    t.true(value < 20, String(value));
    goOn();
    await page.waitForSelector('#write', { state: 'visible' });
    await writeNote(page, 'Done');
    t.is(await world.counter('signatures'), 1);
    await page.waitForSelector('dialog.sealwright[data-place=hidden]', { state: 'attached' });
  },
);

testInBrowser('a new person saves a note at a width of 320 pixels', async (t, browser) => {
  const { page, world } = await createDemoScene(t, browser, {
    browser: { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
  });
  await page.tap('#sign-in');
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'connect');
  await frame.tap('[data-way=create]');
  await frame.tap('[data-answer=create]');
  await untilScreen(frame, 'review');
  // A touch screen shows where the frame is only when it is touched, so the first touch may have to
  // be repeated.
  await approveBy(page, frame, () => frame.tap('main [data-answer=approve]'));
  await page.waitForSelector('#write', { state: 'visible' });
  await page.fill('#text', 'Small');
  await page.tap('#write button');
  await page.waitForSelector('#notes li:has-text("Small")');
  t.is(await world.counter('signatures'), 1);
});

testInBrowser('a new person saves a note with the keyboard alone', async (t, browser) => {
  const { page, world } = await createDemoScene(t, browser);
  const { keyboard } = page;
  const tabTo = async (where: Page | Frame, selector: string): Promise<void> => {
    for (let tries = 0; tries < 30; tries += 1) {
      const isThere = `document.hasFocus() && document.activeElement.matches('${selector}')`;
      if (await where.evaluate(isThere)) return;
      await keyboard.press('Tab');
    }
    t.fail(`no way to ${selector}`);
  };
  await page.locator('#sign-in:not([disabled])').waitFor();
  await tabTo(page, '#sign-in');
  await keyboard.press('Enter');
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'connect');
  await tabTo(frame, '[data-way=create]');
  await keyboard.press('Enter');
  await tabTo(frame, '[data-answer=create]');
  await keyboard.press('Enter');
  await untilScreen(frame, 'review');
  await tabTo(frame, 'main[data-screen=review] [data-answer=approve]');
  await approveBy(page, frame, () => keyboard.press('Enter'));
  await page.waitForSelector('#write', { state: 'visible' });
  await tabTo(page, '#text');
  await keyboard.type('Without a mouse');
  await tabTo(page, '#write button');
  await keyboard.press('Space');
  await page.waitForSelector('#notes li:has-text("Without a mouse")');
  await tabTo(page, '#notes button');
  await keyboard.press('Enter');
  await page.waitForSelector('#notes li', { state: 'detached' });
  t.is(await world.counter('signatures'), 1);
});
