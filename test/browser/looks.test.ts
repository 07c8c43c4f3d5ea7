/** Every screen, light and dark, wide and at 320 pixels: axe finds nothing, nothing runs over, and there is a picture to look at. */
import { mkdirSync, readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import type { Browser, Frame, Page } from 'playwright-core';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { createGate } from '../gate.js';
import { planRequestOf } from '../scenarios/requests.js';
import { until } from '../until.js';
import { testInChromium } from './chromium.js';
import { createDemoScene, signInAnew, writeNote } from './demo-scene.js';
import {
  approve,
  createScene,
  runInPage as run,
  untilScreen,
  widgetFrame,
} from './widget-scene.js';

const ROOT = new URL('../../../', import.meta.url);
const PICTURES = new URL('.local/screens/', ROOT).pathname;
const AXE = readFileSync(new URL('node_modules/axe-core/axe.min.js', ROOT), 'utf8');

type Finding = { readonly id: string; readonly nodes: readonly { readonly html: string }[] };

/** What axe has against a page, rules of good practice included. */
async function findingsIn(page: Page | Frame): Promise<readonly string[]> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: readonly Finding[] }>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

type Look = { readonly scheme: 'light' | 'dark'; readonly width: number };

const LOOKS: readonly Look[] = [
  { scheme: 'light', width: 1_280 },
  { scheme: 'dark', width: 1_280 },
  { scheme: 'light', width: 320 },
  { scheme: 'dark', width: 320 },
];

/** Waits until everything that was shown has its size: no transition runs, and two frames show the same. */
async function untilAtRest(page: Page): Promise<void> {
  let last: string | undefined;
  await until('the page is at rest', async () => {
    const now = await page.evaluate<string>(
      `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
        const moving = document.getAnimations().filter(({ playState }) => playState === 'running');
        const { width, height } = document.querySelector('dialog')?.getBoundingClientRect() ?? {};
        done(moving.length > 0 ? 'moving' : [width, height].join());
      })))`,
    );
    const isAtRest = now === last && now !== 'moving';
    last = now;
    return isAtRest;
  });
}

/** Looks at one screen: `seen` is the document that is judged, `page` what the picture shows. */
async function look(
  t: ExecutionContext,
  { scheme, width }: Look,
  name: string,
  page: Page,
  seen: Page | Frame = page,
): Promise<void> {
  await untilAtRest(page);
  await page.screenshot({ path: `${PICTURES}${name}-${scheme}-${width}.png` });
  t.deepEqual(await findingsIn(seen), [], `${name}, ${scheme}, ${width}`);
  const overflow = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
  t.false(await seen.evaluate(overflow), `${name} runs over at ${width}`);
}

const optionsOf = ({ scheme, width }: Look) => ({
  browser: { colorScheme: scheme, viewport: { width, height: 720 } },
});

async function lookAtScreens(t: ExecutionContext, browser: Browser, as: Look): Promise<void> {
  const { page, app, service, world } = await createScene(t, browser, {
    ...optionsOf(as),
    world: {
      env: { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0' },
      tuning: { limits: { requestDeadlineMs: 120_000, runDeadlineMs: 120_000 } },
    },
  });
  const { hold, goOn } = createGate();
  world.node.onRequest((phase, record) =>
    phase === 'before' && planRequestOf(record) === 'records' ? hold() : undefined,
  );
  const connecting = run<{ address: string }>(page, 'return sealwright.connect()');
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'connect');
  await look(t, as, 'connect', page, frame);
  await frame.click('[data-way=create]');
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
  await frame.click('button:has-text("Reject")');
  const { siwe } = composeAppSignIn(address, new URL(app).host, Date.now());
  await ask(siwe);
  await untilScreen(frame, 'review');
  await look(t, as, 'review-sign-in', page, frame);
  // Rights that can do harm come before all others, whatever space they are in.
  const rights = await frame
    .locator('li.right')
    .evaluateAll((all) =>
      all.map((each) => String(each.getAttribute('class')).replace('right ', '')),
    );
  const graveCount = rights.filter((severity) => severity === 'danger').length;
  t.true(graveCount >= 4 && rights.length > graveCount);
  t.true(
    rights.slice(0, graveCount).every((severity) => severity === 'danger'),
    rights.join(),
  );
  await frame.evaluate("document.querySelector('details').open = true; scrollTo(0, 99999)");
  await look(t, as, 'review-sign-in-exact', page, frame);
  await frame.evaluate("document.querySelector('main button.primary').click()");
  await look(t, as, 'review-refused', page, frame);
  await approve(page, frame);
  await untilScreen(frame, 'progress');
  // The node's last answer waits until the set-up has been looked at.
  await until('some of the set-up is shown as done', () =>
    frame.evaluate<boolean>("document.querySelector('progress')?.value > 0"),
  );
  await look(t, as, 'progress', page, frame);
  goOn();
  await frame.waitForSelector('h1:text-is("Your account is ready")');
  await look(t, as, 'done', page, frame);

  await ask(siwe.replace(new URL(app).host, 'other.example'));
  await untilScreen(frame, 'error');
  await look(t, as, 'error', page, frame);
  await frame.click('button.primary');
  await page.context().clearCookies({ name: '__Host-sealwright-apps' });
  await run(page, 'sealwright.connect().catch(() => {})');
  await untilScreen(frame, 'continue');
  await look(t, as, 'continue', page, frame);
  await frame.click('button:has-text("Cancel")');

  await run(page, 'window.widget = await frameOf(); await speak(() => widget.contentWindow)');
  await run(page, "port.postMessage({ id: 1, method: 'sign-out' }); await replyTo(1)");
  const own = page.frames().at(-1);
  if (own !== undefined) await look(t, as, 'signed-out', page, own);
  await page.goto(`${service}/widget/`);
  await page.waitForSelector('#page[data-code]');
  await look(t, as, 'no-opener', page);
}

mkdirSync(PICTURES, { recursive: true });

for (const as of LOOKS) {
  testInChromium(`the widget's screens: ${as.scheme}, ${as.width} pixels`, (t, browser) =>
    lookAtScreens(t, browser, as),
  );
  testInChromium(`the demo app: ${as.scheme}, ${as.width} pixels`, async (t, browser) => {
    const { page, world } = await createDemoScene(t, browser, optionsOf(as));
    await look(t, as, 'demo', page);
    world.node.addFault({
      matches: ({ route }) => route === '/encryption/networks',
      kind: 'status-500',
    });
    await signInAnew(page);
    const frame = await widgetFrame(page);
    await frame.waitForSelector('h1:text-is("Signed in")');
    await look(t, as, 'failed', page, frame);
    await frame.click('button:has-text("Hide")');
    await writeNote(page, 'Buy sealing wax').catch(() => undefined);
    await look(t, as, 'demo-notes', page);
  });
}
