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
  openScreen,
  untilSaid,
  untilView,
} from './account-scene.js';
import { testInBrowser } from './chromium.js';
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

const untilStatus = async ({ page }: AccountScene, status: string): Promise<void> =>
  page.locator(`#storage[data-status=${status}]`).waitFor();

/**
 * The page reads a state that it does not follow every five seconds, and again when it is loaded.
 */
const reload = async ({ page }: AccountScene): Promise<void> => {
  await page.reload();
  await untilView(page, 'signed-in');
};

testInBrowser(
  'a failed setup is shown, retried and shown as complete, and its receipt verifies',
  async (t, browser) => {
    const met = await meetPerson(t, browser, {
      world: { tuning: { retryDelaysMs: [3_600_000] } },
    });
    const { page, world, person } = met;
    await untilStatus(met, 'none');
    const bringBack = world.node.addFault({ matches: () => true, kind: 'status-500' });
    await world.sign(person);
    await page.reload();
    await untilStatus(met, 'failed');
    const note = page.locator('#overview [data-note=bad]');
    t.regex(await note.innerText(), /Nothing is lost/);
    t.notRegex(await note.innerText(), /tinycloud_bootstrap_/);
    await note.locator('summary').click();
    t.regex(await note.innerText(), /tinycloud_bootstrap_/);

    await control(page, 'retry').click();
    await untilSaid(page, 'Trying again');
    await untilStatus(met, 'failed');
    bringBack();
    await control(page, 'retry').click();
    await untilStatus(met, 'complete');
    t.is(await note.count(), 0);
    t.is(await page.locator('.picture .node.done').count(), 7);

    await openScreen(page, 'advanced');
    await control(page, `menu:${person.keyId}`).click();
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

testInBrowser(
  'a failed setup is shown as complete without a click when the node is back',
  async (t, browser) => {
    const met = await meetPerson(t, browser, {
      world: { tuning: { retryDelaysMs: [2_000] } },
    });
    const { page, world, person } = met;
    const bringBack = world.node.addFault({ matches: () => true, kind: 'status-500' });
    await world.sign(person);
    await page.reload();
    await untilStatus(met, 'failed');
    bringBack();
    await untilStatus(met, 'complete');
    t.deepEqual(met.faults(), []);
  },
);

testInBrowser(
  'a part that cannot be read shows its error, and the rest of the page works',
  async (t, browser) => {
    const { page } = await meetPerson(t, browser);
    const problem = { code: 'ERR_STATE_TAMPERED', title: 'It cannot be trusted.' };
    const refuse = (path: string) =>
      page.route(path, (route) => route.fulfill({ status: 500, json: problem }));
    await refuse('**/api/account/audit?*');
    await refuse('**/bootstrap');
    await page.reload();
    await untilView(page, 'signed-in');
    const note = page.locator('#overview [data-note=bad]');
    t.true((await note.innerText()).includes('It cannot be trusted.'));
    await openScreen(page, 'activity');
    const alert = page.locator('#activity [role=alert]');
    t.true((await alert.innerText()).includes('It cannot be trusted.'));
    t.false((await alert.innerText()).includes('ERR_STATE_TAMPERED'));
    await alert.locator('summary').click();
    t.is(await alert.locator('code').innerText(), 'ERR_STATE_TAMPERED');
    await page.unroute('**/api/account/audit?*');
    await control(page, 'load:activity').click();
    await page.locator('#activity .timeline li').first().waitFor();
    t.is(await alert.count(), 0);
  },
);

testInBrowser('during a setup the page shows each completed step', async (t, browser) => {
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
  await page.locator('.picture .node.running').first().waitFor();
  t.is(await page.locator('#part-default .state.done').count(), 0);
  goOn();
  await untilStatus(met, 'complete');
  t.is(await page.locator('.picture .node.done').count(), 7);
  t.is(await page.locator('.parts .state.done').count(), 7);
});

testInBrowser(
  'the trail is shown newest first, page by page, and its export is complete',
  async (t, browser) => {
    const met = await meetPerson(t, browser);
    const { page, world, person } = met;
    for (let count = 0; count < 25; count += 1) await world.sign(person, `text ${count}`);
    await world.sign(person, 'x'.repeat(32));
    await page.route('**/api/account/audit?newest=100', (route) =>
      route.continue({ url: route.request().url().replace('newest=100', 'newest=10') }),
    );
    await reload(met);
    await openScreen(page, 'activity');
    const lines = page.locator('#activity .timeline > li');
    t.is(await lines.count(), 2);
    t.is(await lines.first().getAttribute('data-type'), 'signature-refused');
    await lines.first().locator('summary', { hasText: 'Details' }).click();
    t.is(await lines.first().locator('code').innerText(), 'ERR_POLICY_BARE_DIGEST');
    t.regex(await lines.nth(1).innerText(), /A program got a signature of Main/);
    t.is(await lines.nth(1).getAttribute('data-entries'), '9');
    await control(page, 'older').click();
    await page.locator('#activity [data-type=account-created]').waitFor();
    t.is(await lines.last().getAttribute('data-type'), 'account-created');
    t.is(await control(page, 'older').count(), 0);
    t.is(await page.evaluate('document.activeElement.id'), 'activity-title');
    const counts = await lines.evaluateAll((all) =>
      all.map((each) => Number(each.getAttribute('data-entries'))),
    );

    await control(page, 'menu:activity').click();
    const verdict = verifyAudit(await downloaded(page, 'export'));
    t.like(verdict, { ok: true });
    t.is(
      verdict.ok && verdict.entries.length,
      counts.reduce((sum, each) => sum + each, 0),
    );
    t.deepEqual(met.faults(), []);
  },
);

testInBrowser('every kind of entry has a sentence', async (t, browser) => {
  const { page } = await meetPerson(t, browser);
  const { AUDIT_TYPES } = await import('../../attestation/schema/audit.js');
  const entries = AUDIT_TYPES.map((type, at) => ({
    seq: at + 1,
    at: '2026-01-01T00:00:00.000Z',
    type,
    detail: { appOrigin: `https://app-${at}.example`, keyId: String(at), reviewId: String(at) },
  }));
  const json = { entries, firstSeq: 1, lastSeq: entries.length };
  await page.route('**/api/account/audit?*', (route) => route.fulfill({ json }));
  await openScreen(page, 'activity');
  while ((await control(page, 'older').count()) > 0) await control(page, 'older').click();
  const texts = await page.locator('#activity .sentence').allInnerTexts();
  t.is(texts.length, AUDIT_TYPES.length);
  for (const type of AUDIT_TYPES) t.false(texts.includes(type), type);
});
