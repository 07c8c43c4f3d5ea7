/**
 * Tests whole documents with one forgery each, made as well as a forger can: only the check for it
 * fails, and only the checks that depend on it are skipped.
 */
import { randomBytes } from 'node:crypto';
import { test } from '../test.js';
import type { LogEvent } from '../../scripts/stand-ins/guest-agent/event-log.js';
import type { VerifyOptions } from '../../attestation/verify.js';
import type { Report } from '../../attestation/report.js';
import { audit, LOCAL_POLICY, NONCE, PRODUCTION_POLICY, statusOf, withPolicy } from './audit.js';
import { appComposeText, composeWith } from './good-app-compose.js';
import { mintDocument, SETTINGS, type MintedDocument, type MintOptions } from './mint-document.js';

type Row = Record<string, unknown>;
type Forgery = {
  readonly what: string;
  /** What the machine itself states, correctly signed. */
  readonly machine?: MintOptions;
  /** A change after the signature. */
  readonly change?: (document: MintedDocument) => object;
  readonly options?: Partial<VerifyOptions>;
  readonly fails: string;
  /** The checks that depend on it. */
  readonly open?: readonly string[];
};

const withRows =
  (change: (rows: readonly Row[]) => readonly Row[]) =>
  (document: MintedDocument): object => ({
    ...document,
    event_log: JSON.stringify(change(JSON.parse(document.event_log) as Row[])),
  });
const edit = (name: string, change: (row: Row) => Row) =>
  withRows((rows) =>
    rows.map((row) => (row['imr'] === 3 && row['event'] === name ? change(row) : row)),
  );

const LOG_OPEN = [
  'log.events',
  'compose.hash',
  'compose.lint',
  'app.id',
  'app.instance',
  'config.measured',
  'key.custody',
  'source.image',
];
const BOOT_OPEN = ['app.id', 'app.instance', 'key.custody'];

const note = { event: 'note', event_payload: '00', digest: 'ab'.repeat(48) };
const foreign = (imr: number, type: number): LogEvent => ({ ...note, imr, event_type: type });
const RUNTIME = 134_217_729;
const other = new Uint8Array(32).fill(7);

const LOGS: readonly Forgery[] = [
  {
    what: 'a forged payload under the old digest',
    change: edit('compose-hash', (row) => ({ ...row, event_payload: 'ab'.repeat(32) })),
    fails: 'log.rtmr3',
    open: LOG_OPEN,
  },
  {
    what: 'a forged payload with its digest left out',
    change: edit('compose-hash', (row) => ({
      ...row,
      event_payload: 'ab'.repeat(32),
      digest: '',
    })),
    fails: 'log.rtmr3',
    open: LOG_OPEN,
  },
  {
    what: 'a renamed digest member beside a forged payload',
    change: edit('compose-hash', ({ digest, ...row }) => ({
      ...row,
      Digest: digest,
      event_payload: 'ab'.repeat(32),
    })),
    fails: 'log.rtmr3',
    open: [...LOG_OPEN, 'log.rtmr0-2'],
  },
  {
    what: 'an event of a foreign type in register 3, well measured',
    machine: { foreignEvents: [foreign(3, 1)] },
    fails: 'log.rtmr3',
    open: LOG_OPEN,
  },
  {
    what: 'a runtime event moved to register 0 of a stripped log',
    machine: { fullLog: false, laterEvents: [['note', other]] },
    change: edit('note', (row) => ({ ...row, imr: 0 })),
    options: {
      policy: withPolicy(LOCAL_POLICY, { application: { laterEvents: ['note'] } }),
    },
    fails: 'log.rtmr3',
    open: LOG_OPEN,
  },
  {
    what: 'a runtime event added to register 0 of a stripped log',
    machine: { fullLog: false },
    change: withRows((rows) => [...rows, foreign(0, RUNTIME)]),
    fails: 'log.rtmr3',
    open: LOG_OPEN,
  },
  {
    what: 'a member of an event that is there twice',
    change: (document) => ({
      ...document,
      event_log: document.event_log.replace('"imr":3', '"imr":0,"imr":3'),
    }),
    fails: 'log.rtmr3',
    open: [...LOG_OPEN, 'log.rtmr0-2'],
  },
  {
    what: 'an event of a register that is none',
    change: withRows((rows) => [...rows, foreign(1.5, 1)]),
    fails: 'log.rtmr3',
    open: [...LOG_OPEN, 'log.rtmr0-2'],
  },
  {
    what: 'an event of the firmware that was not measured',
    change: withRows((rows) => [...rows, foreign(1, 1)]),
    fails: 'log.rtmr0-2',
  },
  {
    what: 'a second compose-hash after the boot, well measured',
    machine: { laterEvents: [['compose-hash', other]] },
    fails: 'log.events',
    open: BOOT_OPEN,
  },
  {
    what: 'an event after the boot that the policy does not name',
    machine: { laterEvents: [['note', other]] },
    fails: 'log.events',
  },
];

const BROKEN_WITNESS = { checksum_file: 'eA==', measurement: 'eA==' };

const KEYS: readonly Forgery[] = [
  {
    what: 'a witness of an image whose parts do not belong together',
    change: (document) => ({
      ...document,
      vm_config: JSON.stringify({ memory_size: 2 ** 31, tdx_measurement: BROKEN_WITNESS }),
    }),
    fails: 'measurement.os-image',
  },
  {
    what: 'a chain of another KMS root',
    machine: { seed: other },
    fails: 'key.custody',
  },
  {
    what: 'the endorsement of another application key',
    change: (document) => ({
      ...document,
      key_custody: {
        ...(document['key_custody'] as object),
        signature_chain: [`${'11'.repeat(64)}00`, `${'11'.repeat(64)}00`],
      },
    }),
    fails: 'key.custody',
  },
  {
    what: 'a proof of possession over something else',
    change: (document) => ({
      ...document,
      proof_of_possession: {
        ...(document['proof_of_possession'] as object),
        signature: '11'.repeat(64),
      },
    }),
    fails: 'key.possession',
  },
];

const BINDINGS: readonly Forgery[] = [
  {
    what: 'a replayed answer',
    options: { nonce: 'ee'.repeat(32) },
    fails: 'statement.nonce',
  },
  {
    what: "the boot's document, played back for a nonce",
    machine: { nonce: null },
    fails: 'statement.nonce',
  },
  {
    what: 'an answer of an hour ago',
    options: { atMs: Date.now() + 3_600_000 },
    fails: 'statement.fresh',
  },
  {
    what: 'an answer from the future',
    options: { atMs: Date.now() - 120_000 },
    fails: 'statement.fresh',
  },
  {
    what: 'a statement that was changed',
    change: (document) => ({
      ...document,
      statement: document.statement.replace('"generation":1', '"generation":2'),
    }),
    fails: 'statement.report-data',
    open: ['key.possession'],
  },
  {
    what: 'a setting that the policy does not accept',
    machine: { settings: { ...SETTINGS, TINYCLOUD_BOOTSTRAP_ON_SIGN: 'off' } },
    fails: 'statement.config',
  },
  {
    what: 'a lying report_data member',
    change: (document) => ({ ...document, report_data: '00'.repeat(64) }),
    fails: 'document.consistent',
  },
  {
    what: 'a lying second quote',
    change: (document) => ({ ...document, intel_quote: `${document.quote}00` }),
    fails: 'document.consistent',
  },
  {
    what: 'an app-compose file of the agent that is not the one shown',
    change: (document) => ({
      ...document,
      tcb_info: { ...(document['tcb_info'] as object), app_compose: '{}' },
    }),
    fails: 'document.consistent',
  },
  {
    what: 'a byte after the quote that is not zero',
    change: (document) => {
      const quote = `${document.quote.slice(0, -2)}01`;
      return { ...document, quote, intel_quote: quote };
    },
    fails: 'quote.format',
  },
];

/** Checks that every report skips, because they were not requested. */
const NOT_ASKED = new Set([
  'state.monotonic',
  'quote.dstack-verifier',
  'source.provenance',
  'governance.upgrade',
  'receipt.signature',
  'receipt.key-attested',
  'receipt.plan',
]);
const withStatus = (report: Report, status: string): readonly string[] =>
  report.checks
    .filter((check) => check.status === status && !NOT_ASKED.has(check.id))
    .map(({ id }) => id);

// Without a valid quote, no check of the machine can run.
const opensAll = (id: string): boolean => id === 'quote.format';

for (const forgery of [...LOGS, ...KEYS, ...BINDINGS]) {
  const { what, machine, change, options, fails, open = [] } = forgery;
  test(`with ${what} only ${fails} fails`, async (t) => {
    const document = await mintDocument(machine);
    const text = JSON.stringify(change === undefined ? document : change(document));
    const report = audit(text, { nonce: NONCE, ...options });
    const failed = withStatus(report, 'fail').filter((id) => !open.includes(id));
    t.deepEqual(failed, [fails]);
    t.is(report.verdict, 'rejected');
    if (opensAll(fails)) return;
    const skipped = withStatus(report, 'skip').filter((id) => !open.includes(id));
    t.deepEqual(skipped, []);
  });
}

test('a simulated document that calls itself tdx is judged by the root that verified', async (t) => {
  const text = JSON.stringify({ ...(await mintDocument()), mode: 'tdx' });
  const refused = audit(text, { nonce: NONCE, allowTestRoot: false });
  t.deepEqual(withStatus(refused, 'fail'), ['quote.pck-chain']);
  t.is(refused.hardware, 'simulated');
  t.regex(refused.headlines.join(), /simulated document/);
  const production = audit(text, { nonce: NONCE, policy: PRODUCTION_POLICY });
  t.is(statusOf(production, 'quote.pck-chain'), 'fail');
  const allowed = audit(text, { nonce: NONCE });
  t.is(allowed.verdict, 'accepted');
  t.is(allowed.hardware, 'simulated');
});

const measured = withPolicy(LOCAL_POLICY, {
  statement: { measured: true, config: {} },
  application: { lint: false },
});
const PORT = 'PORT: "3001"';
const literals = Object.entries(SETTINGS).map(([name, value]) => `      ${name}: "${value}"\n`);
const COMPOSE = composeWith(
  '      TINYCLOUD_BOOTSTRAP_ON_SIGN: ${TINYCLOUD_BOOTSTRAP_ON_SIGN:-on}\n',
  literals.join(''),
);

for (const [what, changed, expected] of [
  ['as it is', {}, 'pass'],
  ['another value', { PORT: '3002' }, 'fail'],
  ['a value where the file has none', { METRICS_PORT: '9' }, 'fail'],
  ['no value where the file has one', { PORT: null }, 'fail'],
] as const) {
  test(`config.measured compares the attested settings with the measured file: ${what}`, async (t) => {
    t.true(COMPOSE.includes(PORT));
    const compose = new Uint8Array(Buffer.from(appComposeText({ docker_compose_file: COMPOSE })));
    const settings = { ...SETTINGS, PORT: '3001', HOST: '0.0.0.0', DATA_DIR: '/data', ...changed };
    const text = JSON.stringify(await mintDocument({ compose, settings }));
    const report = audit(text, { nonce: NONCE, policy: measured });
    t.deepEqual(withStatus(report, 'fail'), expected === 'pass' ? [] : ['config.measured']);
  });
}

test('a document of another application under the same keys is detected by its id', async (t) => {
  const appIds = [randomBytes(20).toString('hex')];
  const policy = withPolicy(LOCAL_POLICY, { application: { appIds } });
  const report = audit(JSON.stringify(await mintDocument()), { nonce: NONCE, policy });
  t.deepEqual(withStatus(report, 'fail'), ['app.id']);
});
