/**
 * Tests what a person sees before they approve, and that an app learns nothing before the person
 * consents.
 */
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { parseRecapRequest, recapStatement } from '../../src/protocol/recap.js';
import { encodeSiweMessage, type SiweMessage } from '../../src/protocol/siwe-message.js';
import { testInBrowser } from './chromium.js';
import { until } from '../until.js';
import {
  approve,
  connectNewPerson,
  createScene,
  press,
  runInPage as run,
  untilScreen,
  widgetFrame,
} from './widget-scene.js';

const SALE = 'I sell my house at 1 Main Street to Mallory for one dollar.';
const DEED = 'https://mallory.example/deed.pdf';

/** Composes a sign-in request of the app with changed members. */
function composeWith(siwe: string, changes: Partial<SiweMessage>): string {
  const { message, recap } = parseRecapRequest(siwe);
  return encodeSiweMessage({
    ...message,
    statement: `${SALE} ${recapStatement(recap)}`,
    resources: [DEED, ...(message.resources ?? [])],
    ...changes,
  });
}

testInBrowser(
  'the statement, the resources, the times and the setup are in the first layer',
  async (t, browser) => {
    const { page, app, world } = await createScene(t, browser);
    const address = await connectNewPerson(page);
    const nowMs = Date.now();
    const { siwe } = composeAppSignIn(address, new URL(app).host, nowMs);
    const notBefore = new Date(nowMs - 60_000).toISOString();
    const text = composeWith(siwe, { notBefore, requestId: 'deed-1' });
    await run(page, `void sealwright.signMessage(${JSON.stringify(text)}).catch(() => {})`);
    const frame = await widgetFrame(page);
    await untilScreen(frame, 'review');
    t.is(await frame.locator('details[open]').count(), 0);
    const shown = async (part: string): Promise<string> =>
      frame.locator(`[data-part=${part}]`).innerText();
    const statement = await shown('statement');
    t.true(statement.includes(SALE));
    t.false(statement.includes('I further authorize'));
    const resources = await shown('resources');
    t.true(resources.includes(DEED) && resources.includes('deed-1'));
    t.false(resources.includes('urn:recap'));
    t.regex(await shown('period'), /^from .+ until .+ \(.+\)$/);
    const { host } = new URL(world.node.url);
    t.true((await shown('side-effects')).includes(`creates your personal storage at ${host}`));
    await press(frame, '[data-part=side-effects] > summary');
    const effects = await shown('side-effects');
    t.true(effects.includes('default, applications, account, secrets, public'), effects);
    t.true(effects.includes('1 encryption network'));
    t.true(effects.includes('Everything else ends in 1 hour'), effects);
    t.true(effects.includes(`${host} may host the spaces without an end`));
  },
);

testInBrowser(
  'a statement that only repeats the rights is not shown again, and any other is',
  async (t, browser) => {
    const { page, app } = await createScene(t, browser);
    const address = await connectNewPerson(page);
    const frame = await widgetFrame(page);
    const { siwe } = composeAppSignIn(address, new URL(app).host, Date.now());
    const ask = async (text: string): Promise<void> => {
      await run(page, `void sealwright.signMessage(${JSON.stringify(text)}).catch(() => {})`);
      await untilScreen(frame, 'review');
    };
    await ask(siwe);
    t.is(await frame.locator('[data-part=statement]').count(), 0);
    t.is(await frame.locator('[data-part=resources]').count(), 0);
    await press(frame, 'button:text-is("Reject")');
    await frame.waitForSelector('main[data-screen=review]', { state: 'detached' });
    const { resources: _resources, ...message } = parseRecapRequest(siwe).message;
    await ask(encodeSiweMessage({ ...message, statement: SALE }));
    t.true((await frame.locator('[data-part=statement]').innerText()).includes(SALE));
  },
);

testInBrowser(
  'before consent the frame has the same place whether or not a person is signed in',
  async (t, browser) => {
    const { page, context } = await createScene(t, browser);
    // The first request creates the frame.
    await run(page, 'window.asked = sealwright.connect().catch(() => {})');
    const frame = await widgetFrame(page);
    await untilScreen(frame, 'connect');
    await press(frame, 'button:has-text("Cancel")');
    await run(
      page,
      `await asked;
       const dialog = document.querySelector('dialog.sealwright');
       window.places = [];
       new MutationObserver(() => {
         const { height } = dialog.style;
         const place = dialog.dataset.place + ' ' + height;
         if (places.at(-1) !== place) places.push(place);
       }).observe(dialog, { attributes: true });`,
    );
    /**
     * Resolves to the places of the frame from the request to its cancellation, as the app sees
     * them.
     */
    const placesAt = async (screen: string): Promise<readonly string[]> => {
      await run(page, 'places.length = 0; window.asked = sealwright.connect().catch(() => {})');
      await untilScreen(frame, screen);
      // A later change of the size would be reported by now.
      await frame.evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
      );
      await press(frame, 'button:has-text("Cancel")');
      await run(page, 'await asked');
      return run(page, 'return places');
    };
    const nobody = await placesAt('connect');
    await connectNewPerson(page);
    await context.clearCookies({ name: '__Host-sealwright-apps' });
    const somebody = await placesAt('continue');
    t.true(nobody.some((place) => place.startsWith('front')));
    t.deepEqual(somebody, nobody);
  },
);

testInBrowser(
  'a request that does not fit is approved only after its first layer was in view',
  async (t, browser) => {
    const { page, app } = await createScene(t, browser, {
      browser: { viewport: { width: 320, height: 420 } },
    });
    const address = await connectNewPerson(page);
    const { siwe } = composeAppSignIn(address, new URL(app).host, Date.now());
    await run(
      page,
      `window.signing = sealwright.signMessage(${JSON.stringify(siwe)}); signing.catch(() => {})`,
    );
    const frame = await widgetFrame(page);
    await untilScreen(frame, 'review');
    const approveButton = frame.locator('[data-answer=approve]');
    t.is(await approveButton.getAttribute('aria-disabled'), 'true');
    await approveButton.focus();
    await page.keyboard.press('Enter');
    t.is(await frame.locator('.notice').getAttribute('data-code'), 'ERR_APPROVE_UNREAD');
    await until('the first layer was in view', async () => {
      await frame.evaluate(
        "document.querySelector('.end-of-layer').scrollIntoView({ block: 'center' })",
      );
      return (await approveButton.getAttribute('aria-disabled')) === null;
    });
    t.is(await frame.locator('#more-below').count(), 0);
    await approve(page, frame);
    t.truthy(await run(page, 'return (await signing).signature'));
  },
);

testInBrowser('bytes that nobody can read are signed in two steps', async (t, browser) => {
  const { page } = await createScene(t, browser);
  await connectNewPerson(page);
  const frame = await widgetFrame(page);
  await run(
    page,
    `window.signing = sealwright.signMessage(new Uint8Array(40).fill(255)); signing.catch(() => {})`,
  );
  await untilScreen(frame, 'review');
  t.is(await frame.locator('[data-answer=approve]').count(), 0);
  await press(frame, '[data-answer=insist]');
  t.true(await frame.locator('[data-answer=approve]').isDisabled());
  await press(frame, 'input[type=checkbox]');
  await approve(page, frame);
  t.truthy(await run(page, 'return (await signing).signature'));
});
