/**
 * Tests genuine collateral: the known verdicts of five machines, within and outside their time
 * windows.
 */
import { test } from '../test.js';
import { parseQuote } from '../../attestation/evidence/tdx-quote.js';
import { verifyCollateral } from '../../attestation/evidence/verify-collateral.js';
import {
  MACHINES,
  checksOf,
  intelRoot,
  policyWith,
  statusesOf,
  troublesOf,
} from './genuine-machines.js';

const DAY_MS = 86_400_000;
const UP_TO_DATE = [
  'near-mpc-2026-08',
  'near-mpc-2026-01',
  'dstack-quote-report',
  'dstack-simulator-kms',
] as const;
const near = MACHINES['near-mpc-2026-08'];

/** First and last second of the collateral (README of the vectors). */
const WINDOWS = {
  'near-mpc-2026-08': ['2026-08-13T10:45:38Z', '2026-09-11T23:57:11Z'],
  'near-mpc-2026-01': ['2026-01-26T07:43:26Z', '2026-02-25T07:35:17Z'],
  'dstack-quote-report': ['2026-02-18T10:58:51Z', '2026-03-20T10:41:15Z'],
  'dstack-simulator-kms': ['2026-08-13T10:45:38Z', '2026-09-11T23:57:11Z'],
} as const;

for (const name of UP_TO_DATE) {
  test(`${name}: collateral, platform and second opinion pass at its time`, (t) => {
    t.deepEqual(troublesOf(MACHINES[name]), []);
    t.is(checksOf(MACHINES[name]).length, 17);
  });

  test(`${name}: it passes from the first to the last second of its window, and not beyond`, (t) => {
    const [first, last] = WINDOWS[name].map(Date.parse) as [number, number];
    t.deepEqual(troublesOf(MACHINES[name], { atMs: first }), []);
    t.deepEqual(troublesOf(MACHINES[name], { atMs: last }), []);
    for (const atMs of [first - 1_000, last + 1_000]) {
      const troubles = troublesOf(MACHINES[name], { atMs });
      t.true(
        troubles.some((id) => id.startsWith('collateral.')),
        troubles.join(' '),
      );
    }
  });
}

test('a day after the window every stale part fails, and dependent checks are skipped', (t) => {
  const statuses = statusesOf(
    checksOf(near, { atMs: Date.parse('2026-09-12T23:59:59Z') + DAY_MS }),
  );
  t.like(statuses, {
    'quote.second-opinion': 'fail',
    'collateral.format': 'pass',
    'collateral.tcb-info': 'fail',
    'collateral.qe-identity': 'fail',
    'collateral.crl': 'fail',
    'collateral.match': 'skip',
    'collateral.currency': 'skip',
    'tcb.status': 'skip',
    'tcb.qe-status': 'skip',
    'tcb.module': 'skip',
    'td.attributes': 'pass',
    'platform.identity': 'pass',
  });
});

test('with only the revocation list expired only collateral.crl fails, which dcap-qvl does not detect', (t) => {
  const troubles = troublesOf(near, { atMs: Date.parse('2026-09-11T23:57:12Z') });
  t.deepEqual(troubles, ['collateral.crl']);
});

test('without a valid time no check of the collateral passes', (t) => {
  for (const atMs of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    t.like(statusesOf(checksOf(near, { atMs })), {
      'quote.second-opinion': 'fail',
      'collateral.tcb-info': 'fail',
      'collateral.qe-identity': 'fail',
      'collateral.crl': 'fail',
    });
  }
});

test('for dstack-examples-rtmr3 no level matches, and the second opinion finds none either', (t) => {
  t.deepEqual(troublesOf(MACHINES['dstack-examples-rtmr3']), [
    'quote.second-opinion',
    'tcb.status',
  ]);
});

test("another family's collateral fails at collateral.match, and no status is found", (t) => {
  const other = MACHINES['dstack-quote-report'];
  const foreign = { ...near, collateral: other.collateral };
  const troubles = troublesOf({ ...foreign, quote: near.quote }, { atMs: other.atS * 1_000 });
  t.deepEqual(troubles, ['quote.second-opinion', 'collateral.match', 'tcb.status', 'tcb.module']);
});

test("another machine's PCK chain in the collateral fails at collateral.match, and is not used", (t) => {
  const other = parseQuote(MACHINES['dstack-simulator-kms'].quote).pckChainPem.replace('\0', '');
  const collateral = { ...near.collateral, pck_certificate_chain: other };
  const checks = checksOf({ ...near, collateral });
  t.like(statusesOf(checks), { 'collateral.match': 'fail', 'quote.second-opinion': 'pass' });
  t.regex(checks[0]?.measured ?? '', /of another machine, which was not used/);
});

test('an evaluation number of either part that is too low for the policy fails', (t) => {
  const verdict = (least: number): string | undefined =>
    statusesOf(checksOf(near, { policy: policyWith({ tcb: { minEvaluationDataNumber: least } }) }))[
      'collateral.currency'
    ];
  t.deepEqual([19, 20, 21].map(verdict), ['pass', 'fail', 'fail']);
});

test('a machine outside the policy or a refused flag fails at platform.identity', (t) => {
  const verdict = (platform: object): string | undefined =>
    statusesOf(checksOf(near, { policy: policyWith({ platform }) }))['platform.identity'];
  t.is(verdict({ ppids: ['d208dfb1002346ae1bb4ef2a3c055292'] }), 'pass');
  t.is(verdict({ ppids: ['0'.repeat(32)] }), 'fail');
  t.is(verdict({ ppids: [] }), 'fail');
  t.is(verdict({ refuse: ['smtEnabled'] }), 'fail');
});

const HEX = /^[0-9a-f]+$/;
const flipHex = (text: unknown, at: number): string => {
  const digits = String(text).split('');
  digits[at] = digits[at] === '0' ? '1' : '0';
  return digits.join('');
};
const { collateral } = near;
const FORGED: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['an unknown member', { note: '' }, 'collateral.format'],
  ['no list', { pck_crl: undefined }, 'collateral.format'],
  ['a blank list', { pck_crl: '' }, 'collateral.format'],
  ['a list of bytes', { root_ca_crl: [48, 130] }, 'collateral.format'],
  [
    'a list in capitals',
    { pck_crl: String(collateral['pck_crl']).toUpperCase() },
    'collateral.format',
  ],
  ['a short signature', { tcb_info_signature: '00' }, 'collateral.format'],
  ['a lone surrogate', { tcb_info: '\ud800' }, 'collateral.format'],
  [
    'a space in the TCB information',
    { tcb_info: `${String(collateral['tcb_info'])} ` },
    'collateral.tcb-info',
  ],
  [
    'another TCB signature',
    { tcb_info_signature: flipHex(collateral['tcb_info_signature'], 5) },
    'collateral.tcb-info',
  ],
  [
    'the QE identity as TCB information',
    {
      tcb_info: collateral['qe_identity'],
      tcb_info_signature: collateral['qe_identity_signature'],
    },
    'collateral.tcb-info',
  ],
  [
    'a TCB chain that is the PCK authority',
    { tcb_info_issuer_chain: collateral['pck_crl_issuer_chain'] },
    'collateral.tcb-info',
  ],
  [
    'another QE signature',
    { qe_identity_signature: flipHex(collateral['qe_identity_signature'], 5) },
    'collateral.qe-identity',
  ],
  [
    'three certificates',
    { qe_identity_issuer_chain: collateral['pck_certificate_chain'] },
    'collateral.qe-identity',
  ],
  ['garbage for a list', { pck_crl: '3003020101' }, 'collateral.crl'],
  [
    'a list with a byte after it',
    { pck_crl: `${String(collateral['pck_crl'])}00` },
    'collateral.crl',
  ],
  ["the root's list as the PCK list", { pck_crl: collateral['root_ca_crl'] }, 'collateral.crl'],
  ["the PCK list as the root's", { root_ca_crl: collateral['pck_crl'] }, 'collateral.crl'],
  [
    'a list signed otherwise',
    { pck_crl: flipHex(collateral['pck_crl'], String(collateral['pck_crl']).length - 1) },
    'collateral.crl',
  ],
  [
    'a list with another serial',
    { pck_crl: flipHex(collateral['pck_crl'], 360) },
    'collateral.crl',
  ],
  [
    'a list of a signer of TCB',
    { pck_crl_issuer_chain: collateral['tcb_info_issuer_chain'] },
    'collateral.crl',
  ],
];
for (const [what, changes, check] of FORGED) {
  test(`collateral with ${what} fails at ${check}`, (t) => {
    const forged = { ...near, collateral: { ...near.collateral, ...changes } };
    t.is(statusesOf(checksOf(forged))[check], 'fail');
  });
}

test('collateral may contain its fetch time and may omit the PCK chain', (t) => {
  const { pck_certificate_chain: _chain, ...rest } = near.collateral;
  const said = { ...near, collateral: { ...rest, fetched_at: '2026-08-13T12:00:00Z' } };
  t.deepEqual(troublesOf(said), []);
});

test('without collateral or without a quote the dependent checks are skipped', (t) => {
  const question = { trustedRoot: intelRoot, atMs: near.atS * 1_000 };
  for (const untrustedCollateral of [null, undefined]) {
    const { checks } = verifyCollateral({ ...question, quote: undefined, untrustedCollateral });
    t.true(checks.every(({ status }) => status === 'skip'));
  }
  const alone = { ...question, quote: undefined, untrustedCollateral: near.collateral };
  t.deepEqual(statusesOf(verifyCollateral(alone).checks), {
    'collateral.format': 'pass',
    'collateral.tcb-info': 'pass',
    'collateral.qe-identity': 'pass',
    'collateral.crl': 'skip',
    'collateral.match': 'skip',
  });
  for (const untrustedCollateral of ['', 1, [], {}, { pck_crl: 'zz' }, HEX]) {
    const { checks } = verifyCollateral({ ...question, quote: undefined, untrustedCollateral });
    t.deepEqual(
      checks.map(({ status }) => status),
      ['fail', 'skip', 'skip', 'skip', 'skip'],
    );
  }
});
