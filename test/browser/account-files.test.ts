/**
 * Tests what the account page shows during a setup, and the content of the files that it offers.
 */
import { Wallet } from 'ethers';
import type { ExecutionContext } from 'ava';
import type { Browser } from 'playwright-core';
import { verifyAudit } from '../../attestation/audit/verify-audit.js';
import { Findings } from '../../attestation/report.js';
import { judgeReceipt } from '../../attestation/receipt/receipt-checks.js';
import { parseStatement } from '../../attestation/schema/statement.js';
import type { Person } from '../scenarios/world.js';
import {
  type AccountScene,
  control,
  downloaded,
  giveWallet,
  openAccountPage,
  untilSaid,
  untilView,
} from './account-scene.js';
import { testInChromium } from './chromium.js';
import type { SceneOptions } from './widget-scene.js';

type Met = AccountScene & { readonly person: Person };

/**
 * Creates a person who is signed in to the page with a wallet, and whose program signs as apps do.
 */
async function meetPerson(
  t: ExecutionContext,
  browser: Browser,
  options: SceneOptions = {},
): Promise<Met> {
  const scene = await openAccountPage(t, browser, options);
  const wallet = new Wallet(Wallet.createRandom().privateKey);
  await giveWallet(scene.context, wallet);
  await scene.page.reload();
  await untilView(scene.page, 'signed-out');
  const person = await scene.world.person(wallet);
  await scene.page.click('[data-way=wallet]');
  await untilView(scene.page, 'signed-in');
  return { ...scene, person };
}

const panel = ({ page, person }: Met) =>
  page.locator(`[data-key="${person.keyId}"] .account-state`);

const untilStatus = async (met: Met, status: string): Promise<void> =>
  met.page
    .locator(`[data-key="${met.person.keyId}"] .account-state[data-status=${status}]`)
    .waitFor();

testInChromium(
  'a failed setup is shown, retried and shown as complete, and its receipt verifies',
  async (t, browser) => {
    const met = await meetPerson(t, browser, {
      world: { tuning: { retryDelaysMs: [3_600_000] } },
    });
    const { page, world, person } = met;
    await untilStatus(met, 'none');
    const bringBack = world.node.addFault({ matches: () => true, kind: 'reset-before' });
    await world.sign(person);
    await page.reload();
    await untilStatus(met, 'failed');
    const said = await panel(met).locator('.state').innerText();
    t.regex(said, /nothing is lost/);
    t.regex(said, /tinycloud_bootstrap_/);
    t.true(await control(page, `receipt:${person.keyId}`).isHidden());

    await control(page, `retry:${person.keyId}`).click();
    await untilSaid(page, 'keys', 'Trying again');
    await untilStatus(met, 'failed');
    bringBack();
    await control(page, `retry:${person.keyId}`).click();
    await untilStatus(met, 'complete');
    t.true(await control(page, `retry:${person.keyId}`).isHidden());

    const receipt = await downloaded(page, `receipt:${person.keyId}`);
    const statementText = String((await world.call('GET', '/attestation')).body['statement']);
    const boot = { statementText, statement: parseStatement(statementText) };
    const findings = new Findings();
    judgeReceipt(findings, receipt, boot);
    for (const id of ['receipt.signature', 'receipt.key-attested', 'receipt.plan'] as const) {
      t.is(findings.statusOf(id), 'pass', id);
    }
    t.deepEqual(met.faults(), []);
  },
);

testInChromium(
  'a failed setup is shown as complete without a click when the node is back',
  async (t, browser) => {
    const met = await meetPerson(t, browser, {
      world: { tuning: { retryDelaysMs: [2_000] } },
    });
    const { page, world, person } = met;
    const bringBack = world.node.addFault({ matches: () => true, kind: 'reset-before' });
    await world.sign(person);
    await page.reload();
    await untilStatus(met, 'failed');
    bringBack();
    await untilStatus(met, 'complete');
    t.true(await control(page, `receipt:${person.keyId}`).isVisible());
    t.deepEqual(met.faults(), []);
  },
);

testInChromium(
  'a part that cannot be read shows its error, and the rest of the page works',
  async (t, browser) => {
    const { page, person } = await meetPerson(t, browser);
    const problem = { code: 'ERR_STATE_TAMPERED', title: 'It cannot be trusted.' };
    const refuse = (path: string) =>
      page.route(path, (route) => route.fulfill({ status: 500, json: problem }));
    await refuse('**/api/account/audit?*');
    await refuse('**/bootstrap');
    await page.reload();
    const alert = page.locator('#audit [role=alert]');
    t.is(await alert.innerText(), 'It cannot be trusted. (ERR_STATE_TAMPERED)');
    const state = page.locator(`[data-key="${person.keyId}"] .state`);
    t.is(await state.innerText(), 'It cannot be trusted. (ERR_STATE_TAMPERED)');
    t.true(await control(page, `rename:${person.keyId}`).isVisible());
    await page.unroute('**/api/account/audit?*');
    await control(page, 'load').click();
    await page.locator('#audit .trail li').first().waitFor();
    t.is(await alert.count(), 0);
  },
);

testInChromium('during a setup the page shows each completed step', async (t, browser) => {
  const met = await meetPerson(t, browser, {
    world: {
      env: { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0' },
      // A request that hangs is given up and sent again soon after the node recovers.
      tuning: { limits: { requestDeadlineMs: 3_000 } },
    },
  });
  const { page, world, person } = met;
  // The node does not answer requests for the spaces until this ends.
  const isHost = ({ abilities }: { readonly abilities: readonly string[] }): boolean =>
    abilities.includes('tinycloud.space/host');
  const goOn = world.node.addFault({ matches: isHost, kind: 'hang' });
  await world.sign(person);
  await page.reload();
  await untilStatus(met, 'pending');
  const bar = panel(met).locator('progress');
  t.true(await bar.isVisible());
  const doneYet = page.locator('.account-state[data-status=pending] .parts li.done');
  await doneYet.first().waitFor({ state: 'attached' });
  const spaces = panel(met).locator('.parts li', { hasText: 'Creating your spaces' });
  t.not(await spaces.getAttribute('class'), 'done');
  goOn();
  await untilStatus(met, 'complete');
  t.true(await bar.isHidden());
  t.is(await panel(met).locator('.parts li.done').count(), 5);
});

testInChromium(
  'the trail is shown newest first, page by page, and its export is complete',
  async (t, browser) => {
    const met = await meetPerson(t, browser);
    const { page, world, person } = met;
    for (let count = 0; count < 25; count += 1) await world.sign(person, `text ${count}`);
    await world.sign(person, 'x'.repeat(32));
    await page.reload();
    const lines = page.locator('#audit .trail li');
    await lines.first().waitFor();
    t.is(await lines.count(), 20);
    t.regex(await lines.first().innerText(), /was refused \(ERR_POLICY_BARE_DIGEST\)/);
    t.regex(await lines.nth(1).innerText(), /key “Main” signed by a program/);
    const older = control(page, 'older');
    await older.click();
    await page.locator('#audit .trail li[data-type=account-created]').waitFor();
    t.is(await lines.last().getAttribute('data-type'), 'account-created');
    t.is(await older.getAttribute('aria-disabled'), 'true');
    t.is(await page.evaluate('document.activeElement.dataset.do'), 'older');
    const seen = await lines.count();
    await older.click({ force: true });
    t.is(await lines.count(), seen);

    const verdict = verifyAudit(await downloaded(page, 'export'));
    t.like(verdict, { ok: true });
    t.is(verdict.ok && verdict.entries.length, 20 + seen);
    t.deepEqual(met.faults(), []);
  },
);

testInChromium('every kind of entry has a sentence', async (t, browser) => {
  const { page } = await meetPerson(t, browser);
  const { AUDIT_TYPES } = await import('../../attestation/schema/audit.js');
  const texts: string[] = [];
  await page.route('**/api/account/audit?*', (route) => route.fulfill({ json }));
  let json = {};
  // The page shows twenty entries at once.
  for (let first = 0; first < AUDIT_TYPES.length; first += 20) {
    const entries = AUDIT_TYPES.slice(first, first + 20).map((type, at) => ({
      seq: at + 1,
      at: '2026-01-01T00:00:00.000Z',
      type,
      detail: {},
    }));
    json = { entries, firstSeq: 1, lastSeq: entries.length };
    await page.reload();
    await page.locator('#audit .trail li').first().waitFor();
    texts.push(...(await page.locator('#audit .trail li span:last-child').allInnerTexts()));
  }
  t.true(texts.length >= AUDIT_TYPES.length);
  for (const type of AUDIT_TYPES) t.false(texts.includes(type), type);
});
