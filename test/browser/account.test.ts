/** Tests what a person does on the account page, in a real browser. */
import { Wallet } from 'ethers';
import type { Page } from 'playwright-core';
import {
  type AccountScene,
  accountOf,
  answer,
  choose,
  control,
  createAccount,
  giveWallet,
  openAccountPage,
  openScreen,
  signOut,
  untilSaid,
  untilView,
} from './account-scene.js';
import { createGate } from '../gate.js';
import { until } from '../until.js';
import { testInBrowser } from './chromium.js';
import { call } from './page-scripts.js';

const MINUTE_MS = 60_000;

/** Lets an authenticator other than the first one answer from now on. */
async function takeOther({ authenticators, first }: AccountScene): Promise<string> {
  await authenticators.setPresence(first, false);
  return authenticators.add('usb');
}

const credentialIds = async (page: Page): Promise<readonly string[]> =>
  (await accountOf(page)).credentials.map(({ id }) => id);

testInBrowser(
  'a person creates an account, signs out, and signs in to the same account with the passkey',
  async (t, browser) => {
    const { page, faults } = await openAccountPage(t, browser);
    await createAccount(page);
    const { id } = await accountOf(page);
    await signOut(page);
    await untilView(page, 'signed-out');
    t.is((await call(page, 'GET', '/api/account')).body['code'], 'ERR_SESSION_INVALID');
    await page.click('[data-way=passkey]');
    await untilView(page, 'signed-in');
    t.is((await accountOf(page)).id, id);
    await page.reload();
    await untilView(page, 'signed-in');
    t.deepEqual(faults(), []);
  },
);

testInBrowser(
  'a second passkey is added and renamed, the first is removed, and the last one cannot be removed',
  async (t, browser) => {
    const scene = await openAccountPage(t, browser);
    const { page } = scene;
    await createAccount(page);
    const [first = ''] = await credentialIds(page);
    t.is(await page.locator('#overview [data-note=notice]').count(), 1);
    await openScreen(page, 'ways');
    t.is(await page.locator('#health .meter .on').count(), 0);
    t.is(await control(page, `remove:${first}`).count(), 0);

    await takeOther(scene);
    await control(page, 'add-passkey').click();
    await answer(page, 'Security key');
    await untilSaid(page, 'was added');
    t.is(await page.locator('#health .meter .on').count(), 2);
    const [, second = ''] = await credentialIds(page);

    await choose(page, `menu:${second}`, `rename:${second}`);
    await answer(page, '<b>Blue & small</b>');
    await untilSaid(page, 'renamed');
    t.is((await accountOf(page)).credentials[1]?.name, '<b>Blue & small</b>');
    const shown = page.locator(`[data-credential="${second}"] h3`);
    t.true((await shown.innerText()).startsWith('<b>Blue & small</b>'));
    t.is(await shown.locator('b').count(), 0);

    await choose(page, `menu:${first}`, `remove:${first}`);
    await answer(page);
    await untilSaid(page, 'was removed');
    t.deepEqual(await credentialIds(page), [second]);
    t.is(await control(page, `remove:${second}`).count(), 0);
    t.deepEqual(scene.faults(), []);
  },
);

testInBrowser(
  'recovery codes are shown once, close only after a confirmation, and one of them signs in',
  async (t, browser) => {
    const { page, faults } = await openAccountPage(t, browser);
    await createAccount(page);
    const { id } = await accountOf(page);
    await control(page, 'make-codes').click();
    const codes = page.locator('dialog[data-ask=recovery-codes] .codes li');
    await codes.first().waitFor();
    const [code = ''] = await codes.allInnerTexts();
    await page.keyboard.press('Escape');
    await answer(page);
    await page.locator('dialog .notice[data-code=ERR_FIELD]').waitFor();
    await page.locator('dialog input[type=checkbox]').check();
    await answer(page);
    await untilSaid(page, 'are made');
    t.is(await page.locator('#overview [data-note=notice]').count(), 0);
    await signOut(page);
    await page.click('[data-way=recovery]');
    await answer(page, code);
    await untilView(page, 'signed-in');
    t.is((await accountOf(page)).id, id);
    await openScreen(page, 'ways');
    t.regex(await page.locator('#recovery').innerText(), /9 of 10 left/);
    t.deepEqual(faults(), []);
  },
);

testInBrowser(
  'a key is exported only with two equal passphrases and its name',
  async (t, browser) => {
    const { page } = await openAccountPage(t, browser);
    await createAccount(page);
    const [key] = (await accountOf(page)).keys;
    await openScreen(page, 'advanced');
    await choose(page, `menu:${key?.id}`, `export:${key?.id}`);
    const [first, second, phrase] = await page.locator('dialog[open] input').all();
    await first?.fill('twelve or more characters');
    await second?.fill('twelve or more character');
    await phrase?.fill('export Main');
    await page.locator('dialog[open] button[type=submit]').click();
    await page.locator('dialog .notice[data-code=ERR_FIELD]').waitFor();
    await second?.fill('twelve or more characters');
    await phrase?.fill('export');
    await page.locator('dialog[open] button[type=submit]').click();
    await page.locator('dialog .notice', { hasText: 'Enter: export Main' }).waitFor();
    await phrase?.fill('export Main');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('dialog[open] button[type=submit]').click(),
    ]);
    t.is(file.suggestedFilename(), `key-${key?.address}.json`);
    await untilSaid(page, 'encrypted key');
  },
);

testInBrowser(
  'a passkey that may be copied is shown as blocked, and its owner unblocks it',
  async (t, browser) => {
    const scene = await openAccountPage(t, browser);
    const { page, authenticators, first } = scene;
    const wallet = Wallet.createRandom();
    await giveWallet(scene.context, new Wallet(wallet.privateKey));
    await page.reload();
    await untilView(page, 'signed-out');
    await createAccount(page);
    await openScreen(page, 'ways');
    await control(page, 'add-wallet').click();
    await untilSaid(page, 'was added');
    await signOut(page);
    await page.click('[data-way=passkey]');
    await untilView(page, 'signed-in');
    await signOut(page);
    await authenticators.rewind(first, 0);
    await page.click('[data-way=passkey]');
    await page.locator('#sign-in .notice[data-code=ERR_PASSKEY_CLONED]').waitFor();
    await page.click('[data-way=wallet]');
    await untilView(page, 'signed-in');
    await openScreen(page, 'ways');
    t.regex(
      await page.locator('#credentials .alert').innerText(),
      /counter of this passkey went backward/,
    );
    const [passkey = '', other = ''] = await credentialIds(page);
    t.is(await control(page, `remove:${passkey}`).count(), 1);
    t.is(await control(page, `remove:${other}`).count(), 0);
    t.is(await control(page, `unblock:${other}`).count(), 0);

    await choose(page, `menu:${passkey}`, `unblock:${passkey}`);
    await answer(page);
    await untilSaid(page, 'was unblocked');
    t.is(await page.locator('#credentials .alert').count(), 0);
    t.is(await control(page, `unblock:${passkey}`).count(), 0);
  },
);

testInBrowser(
  'a wallet is added, and the session of a program that signs in with it is shown and ended',
  async (t, browser) => {
    const scene = await openAccountPage(t, browser);
    const { page, world } = scene;
    const wallet = new Wallet(Wallet.createRandom().privateKey);
    await giveWallet(scene.context, wallet);
    await page.reload();
    await untilView(page, 'signed-out');
    await createAccount(page);
    await openScreen(page, 'ways');
    await control(page, 'add-wallet').click();
    await untilSaid(page, 'was added');
    const program = await world.person(wallet);
    t.deepEqual(
      [program.keyId],
      (await accountOf(page)).keys.map(({ id }) => id),
    );

    await openScreen(page, 'devices');
    const cards = page.locator('#sessions li');
    await cards.nth(1).waitFor();
    const names = (await cards.locator('h2').allInnerTexts()).map((each) =>
      each.replace(/\s+/g, ' '),
    );
    t.deepEqual(names, ['Chrome on Linux This device', 'A program']);
    await cards.nth(1).getByRole('button').click();
    await untilSaid(page, 'signed out');
    t.is(await cards.count(), 1);
    const refused = await world.call('GET', '/api/account', { token: program.token });
    t.is(refused.status, 401);
    t.deepEqual(scene.faults(), []);
  },
);

testInBrowser(
  'the account is read once, beside the script and not after it',
  async (t, browser) => {
    const { page, service, context, faults } = await openAccountPage(t, browser);
    const complaints: string[] = [];
    /** Opens the page again, holds its script, and returns what it reads of the account. */
    const openAgain = async (view: 'signed-in' | 'signed-out'): Promise<readonly string[]> => {
      const again = await context.newPage();
      again.on('console', (message) => complaints.push(`${message.type()} ${message.text()}`));
      const reads: string[] = [];
      again.on('request', (request) => {
        if (request.url() === `${service}/api/account`) reads.push(request.method());
      });
      const { hold, goOn } = createGate();
      await again.route('**/account-page/main.js', async (route) => {
        await hold();
        await route.continue();
      });
      await again.goto(`${service}/account`, { waitUntil: 'commit' });
      await until('the account is asked for without the script', () => reads.length > 0);
      t.is(await again.locator('#account').getAttribute('data-view'), null);
      goOn();
      await untilView(again, view);
      await again.waitForLoadState('networkidle');
      return reads;
    };
    await createAccount(page);
    t.deepEqual(await openAgain('signed-in'), ['GET']);
    await page.bringToFront();
    await signOut(page);
    await untilView(page, 'signed-out');
    t.deepEqual(await openAgain('signed-out'), ['GET']);
    const unexpected = complaints.filter((each) => !each.includes('a status of 401'));
    t.deepEqual([...unexpected, ...faults()], []);
  },
);

testInBrowser('keys are created, renamed, archived and restored', async (t, browser) => {
  const { page, faults } = await openAccountPage(t, browser);
  await createAccount(page);
  await openScreen(page, 'advanced');
  await control(page, 'create').click();
  await answer(page, 'Savings');
  await untilSaid(page, 'created');
  const [, key] = (await accountOf(page)).keys;
  const id = key?.id ?? '';
  t.is(key?.label, 'Savings');
  const card = page.locator(`#keys [data-key="${id}"]`);
  await card.locator('summary').click();
  t.true((await card.innerText()).includes(key?.address ?? '-'));

  await choose(page, `menu:${id}`, `rename:${id}`);
  await answer(page, 'Holiday');
  await untilSaid(page, 'renamed');
  t.is((await accountOf(page)).keys[1]?.label, 'Holiday');
  t.is(await page.evaluate('document.activeElement.dataset.do'), `menu:${id}`);

  await choose(page, `menu:${id}`, `archive:${id}`);
  t.regex(await page.locator('dialog[open]').innerText(), /can no longer sign/);
  await answer(page);
  await untilSaid(page, 'archived');
  t.is((await call(page, 'GET', `/api/keys/${id}`)).body['archivedAt'] === undefined, false);
  await choose(page, `menu:${id}`, `archive:${id}`);
  await untilSaid(page, 'can sign again');
  t.is((await call(page, 'GET', `/api/keys/${id}`)).body['archivedAt'], undefined);
  t.deepEqual(faults(), []);
});

testInBrowser(
  'a question that is canceled or answered with an empty text changes nothing',
  async (t, browser) => {
    const { page } = await openAccountPage(t, browser);
    await createAccount(page);
    const before = await accountOf(page);
    const [key] = before.keys;
    await openScreen(page, 'advanced');
    await choose(page, `menu:${key?.id}`, `rename:${key?.id}`);
    await answer(page, '  ');
    await page.locator('dialog .notice[data-code=ERR_FIELD]').waitFor();
    await page.keyboard.press('Escape');
    await untilSaid(page, 'Nothing was changed');
    await choose(page, `menu:${key?.id}`, `archive:${key?.id}`);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await control(page, 'delete').click();
    await answer(page, 'delete my acount');
    await page.locator('dialog .notice[data-code=ERR_FIELD]').waitFor();
    await page.keyboard.press('Escape');
    t.deepEqual(await accountOf(page), before);
  },
);

testInBrowser(
  'a refusal of the service is shown with its sentence, its code stands under "Details", and the typed text stays',
  async (t, browser) => {
    const { page } = await openAccountPage(t, browser);
    await createAccount(page);
    await openScreen(page, 'advanced');
    await page.route('**/api/keys', async (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      const problem = { code: 'ERR_STORE_UNAVAILABLE', title: 'State cannot be written now.' };
      await route.fulfill({ status: 503, json: problem });
    });
    await control(page, 'create').click();
    await answer(page, 'Precious name');
    const said = page.locator('dialog .notice[data-code=ERR_STORE_UNAVAILABLE]');
    t.is(await said.innerText(), 'State cannot be written now.');
    await page.locator('dialog summary', { hasText: 'Details' }).click();
    t.is(await page.locator('dialog code').innerText(), 'ERR_STORE_UNAVAILABLE');
    t.is(await page.locator('dialog input').inputValue(), 'Precious name');
    await page.unroute('**/api/keys');
    await answer(page);
    await untilSaid(page, 'created');
    t.is((await accountOf(page)).keys[1]?.label, 'Precious name');
  },
);

testInBrowser(
  'with an old sign-in a switch is turned on only after a question and a new sign-in, and turned off at once',
  async (t, browser) => {
    let nowMs = Date.now();
    const { page, faults } = await openAccountPage(t, browser, { world: { clock: () => nowMs } });
    await createAccount(page);
    await openScreen(page, 'advanced');
    nowMs += 10 * MINUTE_MS;
    const auto = control(page, 'autoSignEnabled');
    await auto.click();
    await untilSaid(page, 'off');
    t.is(await auto.getAttribute('aria-checked'), 'false');

    await auto.click();
    await answer(page);
    await page.locator('dialog[data-ask=step-up]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog .notice', { hasText: 'Nothing was changed' }).waitFor();
    await page.keyboard.press('Escape');
    await untilSaid(page, 'Nothing was changed');
    t.is((await call(page, 'GET', '/api/account')).body['autoSignEnabled'], false);

    const delegate = control(page, 'delegateSignEnabled');
    await delegate.click();
    await answer(page);
    await page.click('dialog[data-ask=step-up] [data-way=passkey]');
    await untilSaid(page, 'on');
    t.like((await call(page, 'GET', '/api/account')).body, {
      autoSignEnabled: false,
      delegateSignEnabled: true,
    });
    t.is(await delegate.getAttribute('aria-checked'), 'true');
    t.deepEqual(faults(), []);
  },
);

testInBrowser('a sign-in to another account changes neither account', async (t, browser) => {
  let nowMs = Date.now();
  const scene = await openAccountPage(t, browser, { world: { clock: () => nowMs } });
  const { page, authenticators, first } = scene;
  await createAccount(page);
  const mine = await accountOf(page);
  await signOut(page);
  const other = await takeOther(scene);
  await createAccount(page);
  await openScreen(page, 'advanced');
  t.not((await accountOf(page)).id, mine.id);
  nowMs += 10 * MINUTE_MS;
  await authenticators.setPresence(other, false);
  await authenticators.setPresence(first, true);
  await control(page, 'delete').click();
  await answer(page, 'delete my account');
  await page.click('dialog[data-ask=step-up] [data-way=passkey]');
  await page.locator('dialog .notice[data-code=ERR_OTHER_ACCOUNT]').waitFor();
  t.is((await accountOf(page)).id, mine.id);
});

testInBrowser(
  'a session that ended elsewhere is renewed when it is needed, and the change continues',
  async (t, browser) => {
    const { page } = await openAccountPage(t, browser);
    await createAccount(page);
    const [key] = (await accountOf(page)).keys;
    await openScreen(page, 'advanced');
    await choose(page, `menu:${key?.id}`, `rename:${key?.id}`);
    await call(page, 'POST', '/api/auth/sign-out');
    await answer(page, 'Kept name');
    await page.click('dialog[data-ask=session-over] [data-way=passkey]');
    await untilSaid(page, 'renamed');
    t.is((await accountOf(page)).keys[0]?.label, 'Kept name');
  },
);

testInBrowser(
  'an account is deleted after its phrase is entered, and the page shows what remains',
  async (t, browser) => {
    const { page, world, faults } = await openAccountPage(t, browser);
    await createAccount(page);
    const [key] = (await accountOf(page)).keys;
    await openScreen(page, 'advanced');
    await control(page, 'delete').click();
    await answer(page, 'delete my acount');
    await page.locator('dialog .notice[data-code=ERR_FIELD]').waitFor();
    t.is((await call(page, 'GET', '/api/account')).status, 200);
    await answer(page, 'delete my account');
    await untilView(page, 'signed-out');
    t.is(await page.evaluate('document.activeElement.id'), 'remains');
    await page.locator('#remains summary').click();
    const remains = await page.locator('#remains').innerText();
    t.true(remains.includes(key?.address ?? '-'));
    t.true(remains.includes(world.node.url));
    t.is((await call(page, 'GET', '/api/account')).status, 401);
    t.deepEqual(faults(), []);
  },
);
