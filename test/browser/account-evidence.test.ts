/**
 * Tests what the page reports about a service's evidence: what it checked and what it did not, and
 * nothing more.
 */
import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { control, openAccountPage } from './account-scene.js';
import { testInBrowser } from './chromium.js';

type Fields = Record<string, unknown>;
type Verdicts = Readonly<Record<string, string>>;

const BOUND = ['digest', 'quote', 'nonce', 'time', 'origin'] as const;

const readStatement = (answer: Fields): Fields => JSON.parse(String(answer['statement'])) as Fields;

async function ask(page: Page): Promise<Verdicts> {
  await control(page, 'ask-evidence').click();
  await page
    .locator('#attestation .notice')
    .filter({ hasText: /answer|verdict/ })
    .waitFor();
  const lines = await page.locator('#attestation .checks li').all();
  const pairs = await Promise.all(
    lines.map(async (line) => [
      await line.getAttribute('data-line'),
      await line.getAttribute('data-verdict'),
    ]),
  );
  return Object.fromEntries(pairs) as Verdicts;
}

/** Changes the service's response. */
async function tamper(page: Page, change: (answer: Fields) => Fields): Promise<void> {
  await page.route('**/attestation?nonce=*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: change((await response.json()) as Fields) });
  });
}

/** Changes a statement, and everything that anyone without the hardware can adapt to it. */
function restate(answer: Fields, change: (statement: Fields) => Fields): Fields {
  const statement = JSON.stringify(change(readStatement(answer)));
  const digest = createHash('sha512').update(statement).digest('hex');
  const quote = String(answer['quote']);
  return {
    ...answer,
    statement,
    report_data: digest,
    binding: { alg: 'sha512', report_data: digest },
    quote: quote.slice(0, 2 * 568) + digest + quote.slice(2 * 632),
  };
}

testInBrowser(
  'for a genuine response the page shows five checks, what was not checked, and that it is simulated',
  async (t, browser) => {
    const { page, service, faults } = await openAccountPage(t, browser);
    const verdicts = await ask(page);
    for (const id of BOUND) t.is(verdicts[id], 'checked', id);
    t.is(verdicts['channel'], 'not-checked');
    t.is(verdicts['mode'], 'not-checked');
    t.is(verdicts['beyond'], 'not-checked');
    const gateway = page.locator('.chain li', { hasText: 'Gateway' }).locator('.stated');
    t.regex(await gateway.innerText(), /the encryption ends here/);
    t.is(await page.locator('[data-alert=caution]').count(), 1);
    t.is(await page.locator('[data-alert=danger]').count(), 0);
    await page.locator('#attestation summary', { hasText: 'the rest' }).click();
    const text = await page.locator('#attestation').innerText();
    t.true(text.includes(`npm run verify-attestation -- ${service} --policy my-policy.json`));
    t.regex(text, /Not checked here: whether Intel's hardware signed the quote/);
    t.notRegex(text, /\b(?:verified|trusted|secure|genuine|safe)\b/i);
    t.deepEqual(faults(), []);
  },
);

testInBrowser("the auditor's command is copied as shown", async (t, browser) => {
  const { page, context, service } = await openAccountPage(t, browser);
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: service });
  await page.locator('#attestation summary', { hasText: 'the rest' }).click();
  await page.getByRole('button', { name: 'Copy the command that checks the evidence' }).click();
  await page.locator('#attestation .command [role=status]', { hasText: 'Copied' }).waitFor();
  t.is(
    await page.evaluate('navigator.clipboard.readText()'),
    `npm run verify-attestation -- ${service} --policy my-policy.json`,
  );
});

testInBrowser('each request uses a new random number', async (t, browser) => {
  const { page } = await openAccountPage(t, browser);
  const nonces: string[] = [];
  page.on('request', (request) => {
    const nonce = new URL(request.url()).searchParams.get('nonce');
    if (nonce !== null) nonces.push(nonce);
  });
  await ask(page);
  await page.evaluate("document.querySelector('#attestation .notice').textContent = ''");
  await ask(page);
  t.is(nonces.length, 2);
  t.is(new Set(nonces).size, 2);
  for (const nonce of nonces) t.regex(nonce, /^[0-9a-f]{64}$/);
});

type Case = {
  readonly what: string;
  readonly change: (answer: Fields) => Fields;
  readonly contradicted: string;
  /** What must also not be shown as checked. */
  readonly unchecked?: readonly string[];
};

const STATED = ['nonce', 'time', 'origin', 'channel'];

const CASES: readonly Case[] = [
  {
    what: 'a statement that was changed by a member',
    change: (answer) => ({
      ...answer,
      statement: JSON.stringify({ ...readStatement(answer), plan_version: 'other' }),
    }),
    contradicted: 'digest',
    unchecked: ['quote', ...STATED],
  },
  {
    what: 'a statement that is spelled in another way',
    change: (answer) => ({ ...answer, statement: `${String(answer['statement'])} ` }),
    contradicted: 'digest',
    unchecked: ['quote', ...STATED],
  },
  {
    what: 'no statement at all',
    change: (answer) => ({ ...answer, statement: '' }),
    contradicted: 'digest',
    unchecked: ['quote', ...STATED],
  },
  {
    what: 'report data of its own in one of two places',
    change: (answer) => ({ ...answer, binding: { alg: 'sha512', report_data: 'ab'.repeat(64) } }),
    contradicted: 'digest',
    unchecked: ['quote', ...STATED],
  },
  {
    what: 'report data of its own in the other place',
    change: (answer) => ({ ...answer, report_data: 'ab'.repeat(64) }),
    contradicted: 'digest',
    unchecked: ['quote', ...STATED],
  },
  {
    what: 'a quote over something else',
    change: (answer) => {
      const quote = String(answer['quote']);
      return { ...answer, quote: `${quote.slice(0, 1136)}${'00'.repeat(64)}${quote.slice(1264)}` };
    },
    contradicted: 'quote',
    unchecked: STATED,
  },
  {
    what: 'a quote of a version that says elsewhere what it carries',
    change: (answer) => ({ ...answer, quote: `0500${String(answer['quote']).slice(4)}` }),
    contradicted: 'quote',
    unchecked: STATED,
  },
  {
    what: 'an answer to another question',
    change: (answer) => restate(answer, (said) => ({ ...said, nonce: '0a'.repeat(32) })),
    contradicted: 'nonce',
  },
  {
    what: 'an answer that says of itself that it answers another question',
    change: (answer) => ({ ...answer, request_nonce: '0a'.repeat(32) }),
    contradicted: 'nonce',
  },
  {
    what: 'an old answer',
    change: (answer) =>
      restate(answer, (said) => ({ ...said, issued_at: '2026-01-01T00:00:00.000Z' })),
    contradicted: 'time',
  },
  {
    what: 'an answer without a time',
    change: (answer) => restate(answer, ({ issued_at: _gone, ...said }) => said),
    contradicted: 'time',
  },
  {
    what: 'the answer of a service at another address',
    change: (answer) =>
      restate(answer, (said) => ({
        ...said,
        config: { ...(said['config'] as Fields), PUBLIC_ORIGIN: 'https://other.example' },
      })),
    contradicted: 'origin',
  },
];

testInBrowser(
  'a changed response is never shown as checked at the changed part',
  async (t, browser) => {
    const { page } = await openAccountPage(t, browser);
    for (const { what, change, contradicted, unchecked = [] } of CASES) {
      await tamper(page, change);
      await page.reload();
      const verdicts = await ask(page);
      t.is(verdicts[contradicted], 'contradicted', what);
      for (const id of unchecked) t.is(verdicts[id], 'not-checked', `${what}: ${id}`);
      t.is(await page.locator('.chain .stated').count(), unchecked.length > 0 ? 0 : 1, what);
      t.is(await page.locator('[data-alert=danger]').count(), 1, what);
      await page.unroute('**/attestation?nonce=*');
    }
  },
);

testInBrowser(
  'a consistent forgery leads to no verdict, and a claim of real hardware is not shown as checked',
  async (t, browser) => {
    const { page } = await openAccountPage(t, browser);
    await tamper(page, (answer) => ({
      ...restate(answer, (said) => ({
        ...said,
        config: { ...(said['config'] as Fields), DSTACK_SIMULATOR_ENDPOINT: null },
        tls: { spki_sha256: '5e'.repeat(32) },
      })),
      mode: 'tdx',
    }));
    const verdicts = await ask(page);
    for (const id of BOUND) t.is(verdicts[id], 'checked', id);
    t.is(verdicts['channel'], 'not-checked');
    const gateway = page.locator('.chain li', { hasText: 'Gateway' }).locator('.stated');
    t.regex(await gateway.innerText(), /Not checked here:\s.*ends in the machine/);
    t.is(verdicts['mode'], 'not-checked');
    t.is(await page.locator('[data-alert]').count(), 0);
    const said = await page.locator('#attestation .notice').innerText();
    t.regex(said, /not a verdict/);
  },
);

testInBrowser('the report data of a quote of version 5 is found', async (t, browser) => {
  const { page } = await openAccountPage(t, browser);
  await tamper(page, (answer) => {
    const quote = String(answer['quote']);
    // The type and the size of the body are between header and body.
    const descriptor = '020048020000';
    return { ...answer, quote: `0500${quote.slice(4, 96)}${descriptor}${quote.slice(96)}` };
  });
  t.is((await ask(page))['quote'], 'checked');
});

testInBrowser('markup in a statement is shown as text', async (t, browser) => {
  const { page, faults } = await openAccountPage(t, browser);
  const markup = '<img src=x onerror=alert(1)>';
  await tamper(page, (answer) =>
    restate(answer, (said) => ({ ...said, plan_version: markup, config: { [markup]: markup } })),
  );
  await ask(page);
  t.is(await page.locator('#attestation img').count(), 0);
  await page.locator('#attestation summary', { hasText: 'states about itself' }).click();
  t.true((await page.locator('#attestation').innerText()).includes(markup));
  t.deepEqual(faults(), []);
});

testInBrowser('a service without evidence shows the reason', async (t, browser) => {
  const { page, world } = await openAccountPage(t, browser);
  await world.agent.close();
  await control(page, 'ask-evidence').click();
  const said = page.locator('#attestation .notice[data-code=ERR_ENCLAVE_UNAVAILABLE]');
  await said.waitFor();
  t.is(await page.locator('#attestation .checks').count(), 0);
});
