/**
 * On every screen, light and dark, wide and at 320 pixels, axe-core finds nothing and no content
 * overflows.
 */
import type { ExecutionContext } from 'ava';
import type { Browser, Frame, Page } from 'playwright-core';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import type { Message } from '../../src/languages/german/page-messages.js';
import type { Language } from '../../src/languages/language.js';
import { fillMessage } from '../../src/languages/message.js';
import { PAGE_TABLES } from '../../src/languages/tables.js';
import { createGate } from '../gate.js';
import { sampleOf } from '../sample.js';
import { planRequestOf } from '../scenarios/requests.js';
import { until } from '../until.js';
import { testInBrowser } from './chromium.js';
import { createDemoScene, signInAnew, writeNote } from './demo-scene.js';
import { faultsOfLook, type Look, LOOKS } from './look.js';
import {
  approve,
  createAccount,
  createScene,
  press,
  runInPage as run,
  untilScreen,
  widgetFrame,
} from './widget-scene.js';

async function look(
  t: ExecutionContext,
  as: Look,
  name: string,
  page: Page,
  seen: Page | Frame = page,
): Promise<void> {
  t.deepEqual(await faultsOfLook(as, name, page, seen), []);
}

/** The height of the prompt for an ordinary sign-in, at 420 pixels of width. */
const MOST_PX = 560;
const heightOf = (page: Page): Promise<number> =>
  page.evaluate("document.querySelector('dialog.sealwright').getBoundingClientRect().height");

const LOCALES: { readonly [language in Language]: string } = { en: 'en-US', de: 'de-DE' };

const optionsOf = ({ scheme, width, language = 'en' }: Look) => ({
  browser: { colorScheme: scheme, viewport: { width, height: 720 }, locale: LOCALES[language] },
});

/** Returns a message of the widget as a look shows it. */
const shownIn =
  ({ language = 'en' }: Look) =>
  (message: Message): string =>
    fillMessage(PAGE_TABLES.widget[language], message);

async function lookAtScreens(t: ExecutionContext, browser: Browser, as: Look): Promise<void> {
  const { page, app, service, world, authenticators, authenticatorId } = await createScene(
    t,
    browser,
    {
      ...optionsOf(as),
      world: {
        env: { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0' },
        tuning: { limits: { requestDeadlineMs: 120_000, runDeadlineMs: 120_000 } },
      },
    },
  );
  const shown = shownIn(as);
  const { hold, goOn } = createGate();
  world.node.onRequest((phase, record) =>
    phase === 'before' && planRequestOf(record) === 'records' ? hold() : undefined,
  );
  const connecting = run<{ address: string }>(page, 'return sealwright.connect()');
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'connect');
  await look(t, as, 'connect', page, frame);
  await press(frame, '[data-way=create]');
  await look(t, as, 'connect-create', page, frame);
  await press(frame, `button:text-is("${shown('Back')}")`);
  await authenticators.setVerified(authenticatorId, false);
  await press(frame, '[data-way=passkey]');
  await frame.waitForSelector('[data-view=none] h1');
  await look(t, as, 'connect-no-passkey', page, frame);
  await authenticators.setVerified(authenticatorId, true);
  await createAccount(frame);
  const { address } = await connecting;

  const ask = async (message: string): Promise<void> => {
    await run(
      page,
      `window.signing = sealwright.signMessage(${JSON.stringify(message)}); signing.catch(() => {})`,
    );
  };
  await ask('I like sealing wax');
  await untilScreen(frame, 'review');
  await look(t, as, 'review-text', page, frame);
  await press(frame, '[data-answer=reject]');
  const { siwe } = composeAppSignIn(address, new URL(app).host, Date.now());
  await ask(siwe);
  await untilScreen(frame, 'review');
  await look(t, as, 'review-sign-in', page, frame);
  const levels = await frame
    .locator('.lines > li')
    .evaluateAll((all) => all.map((each) => each.getAttribute('data-level')));
  t.deepEqual(levels, ['plain', 'plain', 'plain'], 'the ordinary sign-in has nothing unusual');
  const firstLayer = await frame.locator('main').innerText();
  t.true(firstLayer.split(/\s+/).length <= 90, firstLayer);
  await frame.evaluate("document.querySelector('details').open = true; scrollTo(0, 99999)");
  await look(t, as, 'review-sign-in-exact', page, frame);
  await frame.evaluate("document.querySelector('main [data-answer=approve]').click()");
  await look(t, as, 'review-refused', page, frame);
  await approve(page, frame);
  await untilScreen(frame, 'progress');
  // The node's last response waits until the screen of the setup has been checked.
  await until('some of the set-up is shown as done', () =>
    frame.evaluate<boolean>("document.querySelector('progress')?.value > 0"),
  );
  await look(t, as, 'progress', page, frame);
  goOn();
  await frame.waitForSelector(`[role=status]:text-is("${shown('Your storage is ready')}")`);
  await look(t, as, 'done', page, frame);

  await ask(siwe.replace(new URL(app).host, 'other.example'));
  await untilScreen(frame, 'error');
  await look(t, as, 'error', page, frame);
  await press(frame, 'button.primary');
  await page.context().clearCookies({ name: '__Host-sealwright-apps' });
  await run(page, 'sealwright.connect().catch(() => {})');
  await untilScreen(frame, 'continue');
  await look(t, as, 'continue', page, frame);
  await press(frame, `button:has-text("${shown('Cancel')}")`);

  await run(page, 'window.widget = await frameOf(); await speak(() => widget.contentWindow)');
  await run(page, "port.postMessage({ id: 1, method: 'sign-out' }); await replyTo(1)");
  const own = page.frames().at(-1);
  if (own !== undefined) await look(t, as, 'signed-out', page, own);
  await page.goto(`${service}/widget/`);
  await page.waitForSelector('#page[data-code]');
  await look(t, as, 'no-opener', page);
  await page.goto(`${service}/reference`);
  await look(t, as, 'reference', page);
}

const nameOf = ({ scheme, width, language = 'en' }: Look): string =>
  `${scheme}, ${width} pixels, ${language}`;

/** The narrow test below has the wide and light looks of the most important screens. */
for (const as of sampleOf(LOOKS, 1, 1)) {
  testInBrowser(`the widget's screens: ${nameOf(as)}`, (t, browser) =>
    lookAtScreens(t, browser, as),
  );
  testInBrowser(`the demo app: ${nameOf(as)}`, async (t, browser) => {
    const { page, world } = await createDemoScene(t, browser, optionsOf(as));
    await look(t, as, 'demo', page);
    world.node.addFault({
      matches: ({ route }) => route === '/encryption/networks',
      kind: 'status-500',
    });
    await signInAnew(page);
    const frame = await widgetFrame(page);
    await frame.waitForSelector(
      `[role=status]:has-text("${shownIn(as)('Set-up will finish later')}")`,
    );
    await look(t, as, 'failed', page, frame);
    await press(frame, `button:has-text("${shownIn(as)('Hide')}")`);
    await writeNote(page, 'Buy sealing wax').catch(() => undefined);
    await look(t, as, 'demo-notes', page);
  });
}

/** Windows that leave little room: a small phone, one on its side, and a page at 200 %. */
const NARROW = [
  { name: 'forced', width: 1_280, height: 720, forcedColors: 'active' },
  { name: 'small', width: 320, height: 640, forcedColors: 'none' },
  { name: 'zoomed', width: 640, height: 360, forcedColors: 'none' },
  { name: 'landscape', width: 844, height: 390, forcedColors: 'none' },
] as const;

/**
 * A time zone in which it is after eleven in the evening. What lasts for an hour ends on another
 * day, at one of the times that take most room.
 */
const lateEvening = (): string => {
  const hours = 23 - new Date().getUTCHours();
  // The sign of these names is that of POSIX.
  return hours <= 12 ? `Etc/GMT-${hours}` : `Etc/GMT+${24 - hours}`;
};

testInBrowser('an ordinary sign-in is read and approved in narrow windows', async (t, browser) => {
  const { page, app } = await createScene(t, browser, { browser: { timezoneId: lateEvening() } });
  const lookNarrow = async (screen: string, seen: Frame): Promise<void> => {
    for (const { name, width, height, forcedColors } of NARROW) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ forcedColors });
      await look(t, { scheme: 'light', width }, `${name}-${screen}`, page, seen);
      if (screen !== 'review') continue;
      if (width > 480 && height > MOST_PX)
        t.true((await heightOf(page)) <= MOST_PX, `${name}: ${MOST_PX} pixels`);
      // Both answers are in view without scrolling.
      for (const answer of ['approve', 'reject']) {
        const box = await seen.locator(`[data-answer=${answer}]`).boundingBox();
        t.true(box !== null && box.height > 0 && box.y + box.height <= height, `${name} ${answer}`);
      }
    }
  };
  const connecting = run<{ address: string }>(page, 'return sealwright.connect()');
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'connect');
  await lookNarrow('connect', frame);
  await createAccount(frame);
  const { address } = await connecting;
  const { siwe } = composeAppSignIn(address, new URL(app).host, Date.now());
  await run(
    page,
    `window.signing = sealwright.signMessage(${JSON.stringify(siwe)}); signing.catch(() => {})`,
  );
  await untilScreen(frame, 'review');
  t.regex(
    (await frame.textContent('[data-part=period]')) ?? '',
    /^until 1?\d:\d\d\s[AP]M \(1 hour\)$/,
  );
  // From twelve hours on, and for an end that has passed, the day is named.
  const untilIn = (hours: number): Promise<string> =>
    run<string>(
      frame,
      `const { periodWords } = await import('/pages/until-words.js');
       const nowMs = new Date().setHours(23, 30, 0, 0);
       const expirationTime = new Date(nowMs + ${hours} * 3_600_000).toISOString();
       return periodWords({ expirationTime }, nowMs);`,
    );
  t.regex(await untilIn(11), /^until 10:30\sAM \(11 hours\)$/);
  t.regex(await untilIn(13), /^until tomorrow, 12:30\sPM \(13 hours\)$/);
  t.regex(await untilIn(-26), /^until [A-Z][a-z]+ \d+ /);
  await lookNarrow('review', frame);
  const more = frame.locator('#more-below');
  if (await more.isVisible()) await more.click();
  await approve(page, frame);
  t.regex((await run<{ signature: string }>(page, 'return signing')).signature, /^0x/);
});
