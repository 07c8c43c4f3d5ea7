/**
 * Tests genuine evidence offline: its known verdicts at its time, and a failure a day after its
 * window.
 */
import { test } from '../test.js';
import { parseQuote } from '../../attestation/evidence/tdx-quote.js';
import { audit, PRODUCTION_POLICY, statusOf, withPolicy } from './audit.js';
import { type BareName, HOLDS_AT, readBareBundle } from '../../scripts/samples/bare-bundles.js';

const policy = withPolicy(PRODUCTION_POLICY, { application: { composeHashes: null } });
const judge = (name: BareName, atS = HOLDS_AT[name], collateral?: unknown) =>
  audit(readBareBundle(name), { policy, atMs: atS * 1_000, allowTestRoot: false, collateral });

const QUOTE = ['quote.format', 'quote.signature', 'quote.qe-report', 'quote.pck-chain'];
const PLATFORM = [
  'quote.second-opinion',
  'collateral.format',
  'collateral.tcb-info',
  'collateral.qe-identity',
  'collateral.crl',
  'collateral.match',
  'tcb.status',
  'tcb.qe-status',
  'tcb.module',
  'td.attributes',
];
const STATEMENT = [
  'statement.canonical',
  'statement.report-data',
  'statement.nonce',
  'statement.fresh',
];

const VERDICTS: Readonly<Record<BareName, { pass: readonly string[]; fail: readonly string[] }>> = {
  'near-mpc-2026-08': {
    pass: [...QUOTE, ...PLATFORM, 'log.rtmr3', 'log.rtmr0-2', 'compose.hash'],
    fail: ['compose.lint', 'measurement.os-image', 'key.custody'],
  },
  'near-mpc-2026-01': {
    pass: [...QUOTE, ...PLATFORM, 'log.rtmr3', 'log.rtmr0-2', 'compose.hash'],
    fail: ['compose.lint', 'measurement.os-image', 'key.custody'],
  },
  'dstack-quote-report': {
    pass: [...QUOTE, ...PLATFORM, 'log.rtmr3'],
    fail: ['compose.hash'],
  },
  'dstack-simulator-kms': {
    pass: [...QUOTE, ...PLATFORM, 'log.rtmr3'],
    fail: ['compose.hash', 'document.consistent'],
  },
  'dstack-examples-rtmr3': {
    pass: [...QUOTE, 'log.rtmr3', 'compose.hash'],
    fail: ['log.events', 'compose.lint'],
  },
};

for (const [name, { pass, fail }] of Object.entries(VERDICTS) as [
  BareName,
  (typeof VERDICTS)[BareName],
][]) {
  test(`${name} has exactly the known verdicts`, (t) => {
    const report = judge(name);
    t.is(report.verdict, 'rejected');
    t.is(report.hardware, 'genuine');
    const shown = Object.fromEntries(
      report.checks.map(({ id, status, measured }) => [id, `${status} ${measured ?? ''}`]),
    );
    for (const id of pass) t.is(statusOf(report, id), 'pass', shown[id]);
    for (const id of fail) t.is(statusOf(report, id), 'fail', shown[id]);
    for (const id of STATEMENT) t.is(statusOf(report, id), 'skip', shown[id]);
  });
}

const DAY_S = 86_400;
const AFTER: Readonly<Partial<Record<BareName, string>>> = {
  'near-mpc-2026-08': '2026-09-11T23:57:11Z',
  'near-mpc-2026-01': '2026-02-25T07:35:17Z',
  'dstack-quote-report': '2026-03-20T10:41:15Z',
};
for (const [name, end] of Object.entries(AFTER) as [BareName, string][]) {
  test(`${name}: a day after its window the collateral does not hold`, (t) => {
    const report = judge(name, Date.parse(end) / 1_000 + DAY_S);
    const expired = ['collateral.tcb-info', 'collateral.qe-identity', 'collateral.crl'].filter(
      (id) => statusOf(report, id) === 'fail',
    );
    t.true(expired.length > 0);
  });
}

test('contradictory fixtures are reported with a sentence', (t) => {
  const { checks } = judge('dstack-simulator-kms');
  const consistent = checks.find(({ id }) => id === 'document.consistent');
  t.regex(consistent?.measured ?? '', /vm_config.os_image_hash is/);
  const format = judge('near-mpc-2026-08').checks.find(({ id }) => id === 'quote.format');
  t.regex(format?.measured ?? '', /70 zero bytes/);
});

test('collateral with the PCK chain of another machine is refused with a sentence', (t) => {
  const other = JSON.parse(readBareBundle('near-mpc-2026-01')) as { quote: string };
  const own = JSON.parse(readBareBundle('near-mpc-2026-08')) as {
    collateral: Record<string, string>;
  };
  const { pckChainPem } = parseQuote(new Uint8Array(Buffer.from(other.quote, 'hex')));
  const mixed = { ...own.collateral, pck_certificate_chain: pckChainPem.replace('\0', '') };
  const report = judge('near-mpc-2026-08', HOLDS_AT['near-mpc-2026-08'], mixed);
  const match = report.checks.find(({ id }) => id === 'collateral.match');
  t.is(match?.status, 'fail');
  t.regex(match?.measured ?? '', /another machine/);
});

test('with the collateral of its family the old platform matches no level', (t) => {
  const { collateral } = JSON.parse(readBareBundle('dstack-simulator-kms')) as {
    collateral: unknown;
  };
  const report = judge('dstack-examples-rtmr3', HOLDS_AT['near-mpc-2026-08'], collateral);
  t.is(statusOf(report, 'collateral.match'), 'pass');
  t.is(statusOf(report, 'tcb.status'), 'fail');
});
