/**
 * Tests the account page in general: its looks, its accessibility, its permissions, and that no
 * page can embed it.
 */
import type { Page } from 'playwright-core';
import type { Message } from '../../src/languages/german/page-messages.js';
import { fillMessage } from '../../src/languages/message.js';
import { PAGE_TABLES } from '../../src/languages/tables.js';
import {
  accountOf,
  answer,
  choose,
  control,
  createAccount,
  look,
  openAccountPage,
  openScreen,
  type Screen,
  untilSaid,
  untilView,
} from './account-scene.js';
import { testInBrowser } from './chromium.js';
import { LOOK_LANGUAGES } from './look.js';
import { runInPage } from './widget-scene.js';

const MINUTE_MS = 60_000;
/** What a browser loads for both pages, compressed. */
const MAX_PAGE_BYTES = 130_000;

for (const language of LOOK_LANGUAGES) {
  const title = `axe-core finds nothing in any state of the page, in both schemes and widths, and nothing overflows: ${language}`;
  testInBrowser(title, async (t, browser) => {
    const shown = (message: Message): string => fillMessage(PAGE_TABLES.account[language], message);
    let nowMs = Date.now();
    const { page, world, faults } = await openAccountPage(t, browser, {
      world: { clock: () => nowMs },
      browser: { locale: language },
    });
    const wrong: string[] = [];
    const lookAt = async (name: string): Promise<void> => {
      wrong.push(...(await look(page, name)));
    };
    await lookAt('signed-out');
    await page.click('[data-way=create]');
    await lookAt('create');
    await answer(page);
    await untilView(page, 'signed-in');
    const screens: readonly Screen[] = ['ways', 'apps', 'activity', 'devices', 'overview'];
    for (const screen of screens) {
      await openScreen(page, screen);
      await lookAt(screen);
    }
    await openScreen(page, 'advanced');
    await control(page, 'ask-evidence').click();
    await page
      .locator('#attestation .notice', {
        hasText: shown('The answer is a simulation: it proves nothing.'),
      })
      .waitFor();
    for (const each of await page.locator('#advanced summary').all()) {
      if (await each.isVisible()) await each.click();
    }
    await control(page, 'account-menu').click();
    await lookAt('evidence');
    await page.keyboard.press('Escape');
    const [key] = (await accountOf(page)).keys;
    await choose(page, `menu:${key?.id}`, `rename:${key?.id}`);
    await answer(page, ' ');
    await lookAt('rename');
    await page.keyboard.press('Escape');
    await control(page, 'delete').click();
    await lookAt('delete');
    await page.keyboard.press('Escape');
    nowMs += 10 * MINUTE_MS;
    await control(page, 'delegateSignEnabled').click();
    await lookAt('switch');
    await answer(page);
    await page.locator('dialog[data-ask=step-up]').waitFor();
    await lookAt('step-up');
    await page.click('dialog[data-ask] [data-way=passkey]');
    await untilSaid(page, shown('It is now on.'));
    await control(page, 'delete').click();
    await answer(page, shown('delete my account'));
    await untilView(page, 'signed-out');
    await lookAt('deleted');
    await world.stop();
    await page.click('[data-way=passkey]');
    await page.locator('.notice[data-code=ERR_SERVICE_UNREACHABLE]').waitFor();
    await lookAt('unreachable');
    t.deepEqual(wrong, []);
    t.deepEqual(
      faults().filter((each) => !each.includes('ERR_CONNECTION_REFUSED')),
      [],
    );
  });
}

testInBrowser('axe-core finds nothing in any state of an account', async (t, browser) => {
  const { page } = await openAccountPage(t, browser);
  await createAccount(page);
  const state = (status: string, more: object = {}) => ({
    state: status,
    status,
    attempts: 1,
    steps: [
      { id: 'session:default', status: 'done' },
      { id: 'host:default', status: status === 'complete' ? 'done' : 'running' },
    ],
    ...more,
  });
  const states = {
    pending: state('pending', {
      // A setup that waits for its turn at the node.
      expectedAt: new Date(Date.now() + 6.4 * 60_000).toISOString(),
    }),
    failed: state('failed', {
      errorCode: 'tinycloud_bootstrap_node_unavailable',
      retryable: true,
      nextAttemptAt: '2026-01-01T00:05:00.000Z',
    }),
    complete: state('complete', { completedAt: '2026-01-01T00:00:00.000Z' }),
  };
  const wrong: string[] = [];
  await page.route('**/bootstrap/events', (route) => route.abort());
  for (const [name, json] of Object.entries(states)) {
    await page.route('**/bootstrap', (route) => route.fulfill({ json }));
    await page.reload();
    await page.locator(`#storage[data-status=${name}]`).waitFor();
    await page.locator('.picture [data-part=secrets]').click();
    await page.locator('#part-secrets details[open]').waitFor();
    if (name === 'pending') {
      t.true((await page.locator('#storage .head').innerText()).includes('6 minutes'));
    }
    wrong.push(...(await look(page, name)));
    await page.unroute('**/bootstrap');
  }
  t.deepEqual(wrong, []);
});

testInBrowser(
  'with long names, blocked passkeys, archived keys and failed checks axe-core finds nothing and nothing overflows',
  async (t, browser) => {
    const { page } = await openAccountPage(t, browser);
    await createAccount(page);
    const at = '2026-01-01T00:00:00.000Z';
    const long = 'W'.repeat(100);
    const known = await accountOf(page);
    const account = {
      ...known,
      keys: [
        ...known.keys,
        { ...known.keys[0], label: long, createdAt: at },
        { ...known.keys[0], label: 'Old', createdAt: at, archivedAt: at },
      ],
      credentials: [
        ...known.credentials,
        { id: 'passkey-1', kind: 'passkey', name: long, addedAt: at, clonedAt: at },
        { id: 'wallet-1', kind: 'wallet', address: known.keys[0]?.address, addedAt: at },
      ],
    };
    await page.route('**/api/account', (route) => route.fulfill({ json: account }));
    await page.route('**/attestation?nonce=*', async (route) => {
      const response = await route.fetch();
      const said = (await response.json()) as Record<string, unknown>;
      await route.fulfill({ response, json: { ...said, report_data: 'ab'.repeat(64) } });
    });
    await page.reload();
    await untilView(page, 'signed-in');
    const wrong = [...(await look(page, 'crowded'))];
    await openScreen(page, 'ways');
    wrong.push(...(await look(page, 'crowded-ways')));
    await openScreen(page, 'advanced');
    await control(page, 'ask-evidence').click();
    await page.locator('[data-alert=danger]').waitFor();
    wrong.push(...(await look(page, 'crowded-advanced')));
    t.deepEqual(wrong, []);
  },
);

/** Presses Tab until an element has the focus. Every focused element on the way must be visible. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let count = 0; count < 120; count += 1) {
    await page.keyboard.press('Tab');
    const [isThere, isSeen, html] = await runInPage<readonly [boolean, boolean, string]>(
      page,
      `const at = document.activeElement;
       const isOutlined = (node) => {
         if (!node) return false;
         const { outlineStyle, outlineWidth } = getComputedStyle(node);
         return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
       };
       // A drawing has a thick ring, and a hidden radio button outlines its label.
       const ring = at.querySelector('.disc');
       const isRinged = ring !== null && parseFloat(getComputedStyle(ring).strokeWidth) >= 4;
       return [
         at.matches(${JSON.stringify(selector)}),
         at === document.body || isRinged || isOutlined(at) || isOutlined(at.nextElementSibling),
         at.outerHTML.slice(0, 200),
       ];`,
    );
    if (!isSeen) throw new Error(`the focus is not visible: ${html}`);
    if (isThere) return;
  }
  throw new Error(`Tab does not come to ${selector}`);
}

testInBrowser('everything can be done with the keyboard alone', async (t, browser) => {
  const { page, faults } = await openAccountPage(t, browser);
  const press = (key: string): Promise<void> => page.keyboard.press(key);
  await tabTo(page, '[data-way=create]');
  await press('Enter');
  await tabTo(page, 'dialog button[type=submit]');
  await press('Enter');
  await untilView(page, 'signed-in');
  t.is(await page.evaluate('document.activeElement.id'), 'overview-title');

  await tabTo(page, '.picture [data-part=secrets]');
  await press('Enter');
  await page.locator('#part-secrets details[open]').waitFor();
  t.true(await page.evaluate("document.activeElement.matches('#part-secrets summary')"));

  const [key] = (await accountOf(page)).keys;
  await page.evaluate("document.querySelector('.skip').focus()");
  await tabTo(page, 'a[data-view=advanced]');
  await press('Enter');
  await page.locator('#advanced:not([hidden])').waitFor();
  t.is(await page.evaluate('document.activeElement.id'), 'advanced-title');
  await tabTo(page, `[data-do="menu:${key?.id}"]`);
  await press('Enter');
  await tabTo(page, `[data-do="rename:${key?.id}"]`);
  await press('Enter');
  await page.keyboard.type('By hand');
  await press('Enter');
  await untilSaid(page, 'renamed');
  t.is((await accountOf(page)).keys[0]?.label, 'By hand');

  t.is(await page.evaluate('document.activeElement.dataset.do'), `menu:${key?.id}`);
  await press('Enter');
  await tabTo(page, `[data-do="archive:${key?.id}"]`);
  await press('Enter');
  await tabTo(page, 'dialog button[type=submit]');
  await press('Space');
  await untilSaid(page, 'archived');

  await tabTo(page, '[data-do=autoSignEnabled]');
  await press('Space');
  await untilSaid(page, 'off');
  t.is(await page.evaluate('document.activeElement.dataset.do'), 'autoSignEnabled');

  await tabTo(page, '[data-do=ask-evidence]');
  await press('Enter');
  await page.locator('#attestation .notice', { hasText: /simulation/ }).waitFor();
  t.is(await page.evaluate('document.activeElement.dataset.do'), 'ask-evidence');

  await tabTo(page, '[data-do=delete]');
  await press('Enter');
  await page.keyboard.type('delete my account');
  await press('Enter');
  await untilView(page, 'signed-out');
  t.is(await page.evaluate('document.activeElement.id'), 'remains');
  t.deepEqual(faults(), []);
});

testInBrowser(
  'no page can embed the account page, not even an app that may embed the widget',
  async (t, browser) => {
    const { page, app, service, faults } = await openAccountPage(t, browser, {
      breaksPolicy: true,
    });
    await page.goto(app);
    await runInPage(
      page,
      `const frame = document.createElement('iframe');
       frame.src = '${service}/account';
       document.body.append(frame);
       await new Promise((done) => frame.addEventListener('load', done));`,
    );
    const frame = page.frames()[1];
    t.is(await frame?.locator('#account').count(), 0);
    t.true(faults().some((each) => each.includes('frame-ancestors')));
  },
);

testInBrowser(
  'the page sends requests only to its own service, and with the widget is under 130 kB on the wire',
  async (t, browser) => {
    const { page, service, world } = await openAccountPage(t, browser);
    const asked = new Set<string>();
    page.on('request', (request) => void asked.add(request.url()));
    await page.reload();
    await createAccount(page);
    await page.goto(`${service}/widget/`);
    await page.waitForLoadState('networkidle');
    for (const url of asked) t.is(new URL(url).origin, service);
    const files = [...asked].filter((url) => !new URL(url).pathname.startsWith('/api/'));
    const sizes = files.map(async (url) =>
      Number((await fetch(url)).headers.get('content-length')),
    );
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    t.true(total > 30_000);
    t.true(total < MAX_PAGE_BYTES, `${total} bytes`);

    const { headers } = await fetch(`${world.url}/account`);
    const policy = headers.get('content-security-policy') ?? '';
    t.regex(
      policy,
      /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/,
    );
    t.regex(policy, /frame-ancestors 'none'/);
    t.regex(policy, /require-trusted-types-for 'script'; trusted-types 'none'$/);
    t.false(policy.includes('unsafe'));
    t.is(headers.get('x-frame-options'), 'DENY');
    t.is(headers.get('cross-origin-opener-policy'), 'same-origin');
    t.is(
      (await world.raw('GET', '/account', { 'service-worker': 'script' }, undefined)).status,
      403,
    );
  },
);
