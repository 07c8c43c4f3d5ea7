/**
 * Evidence of a test authority, wrong in one way each: what dcap-qvl alone says of it, and which of our checks do not pass.
 * `accepts` cases are its gaps (dstack.md §5).
 */
import { QuoteVerifier } from '@phala/dcap-qvl';
import test from 'ava';
import { EvidenceError } from '../../attestation/check.js';
import { parseQuote } from '../../attestation/evidence/tdx-quote.js';
import { verifyQuote } from '../../attestation/evidence/verify-quote.js';
import { MACHINES, checksOf, intelRoot, policyWith, type Machine } from './genuine-machines.js';
import { USAGE } from './minted/certificate.js';
import { extension, integer, sequence } from './minted/der-writer.js';
import {
  AT_S,
  COMPONENTS,
  mintMachine,
  tcbLevel,
  type MachineOptions,
  type MintedMachine,
} from './minted/machine.js';
import { AT_BODY } from './minted/report.js';

const DAY_MS = 86_400_000;
const AT_MS = AT_S * 1_000;

/** What dcap-qvl says when it is asked alone. */
function dcapSays({ quote, collateral, root }: MintedMachine, atS: number): string {
  try {
    const verifier = QuoteVerifier.newWithRootCa(root.raw);
    const given = collateral as unknown as Parameters<typeof verifier.verify>[1];
    return verifier.verify(quote, given, atS).status;
  } catch {
    return 'refuses';
  }
}

/** Ids of the checks that fail: of the quote, or else of its collateral and platform. */
function failuresOf(machine: MintedMachine, policy = policyWith()): readonly string[] {
  try {
    return checksOf(machine, { root: machine.root, policy })
      .filter(({ id, status }) => status === 'fail' && !id.startsWith('measurement.'))
      .map(({ id }) => id);
  } catch (error) {
    if (error instanceof EvidenceError) return [error.check];
    throw error;
  }
}

for (const form of ['v4', 'v5 TD1.0', 'v5 TD1.5'] as const) {
  test(`a ${form} quote of a test machine passes every check under its root, and none under Intel's`, (t) => {
    const machine = mintMachine({ form });
    t.deepEqual(failuresOf(machine), []);
    t.is(dcapSays(machine, AT_S), 'UpToDate');
    t.throws(() => verifyQuote(parseQuote(machine.quote), intelRoot, AT_MS), {
      instanceOf: EvidenceError,
    });
  });
}

test('a machine of the processor authority passes with the list of that authority', (t) => {
  const machine = mintMachine({ pckIssuer: 'processorCa' });
  t.deepEqual(failuresOf(machine), []);
});

const PCK_SERIAL = 5;
const issuingPoint = extension('2.5.29.28', true, sequence());
const zeroTo = (count: number): number[] => Array.from({ length: count }, () => 0);

type Case = readonly [string, MachineOptions, string, readonly string[]];

/** What dcap-qvl takes for UpToDate and a check of ours refuses. */
const GAPS: readonly Case[] = [
  [
    'a PCK list of another authority of that name',
    { pckList: { issuer: 'stranger' } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    'a stale PCK list',
    { pckList: { thisUpdateMs: AT_MS - 9 * DAY_MS, nextUpdateMs: AT_MS - DAY_MS } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    'a PCK list of tomorrow',
    { pckList: { thisUpdateMs: AT_MS + DAY_MS, nextUpdateMs: AT_MS + 9 * DAY_MS } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    "a stale list of the root's",
    { rootList: { thisUpdateMs: AT_MS - 9 * DAY_MS, nextUpdateMs: AT_MS - DAY_MS } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    "the processor authority's list for a PCK of the platform authority",
    { listIssuer: 'processorCa', pckList: { issuer: 'processorCa' } },
    'UpToDate',
    ['collateral.crl', 'collateral.match'],
  ],
  [
    'a PCK list of one authority under the chain of the other',
    { pckList: { issuer: 'processorCa' } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    'a PCK list that is partial',
    { pckList: { extensions: [issuingPoint] } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    'an authority that may not sign lists',
    { ca: { usage: USAGE.certify } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    'garbage for the PCK list, which would revoke the PCK',
    { collateral: (all) => ({ ...all, pck_crl: '3003020101' }) },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    'a blank PCK list',
    { collateral: (all) => ({ ...all, pck_crl: '' }) },
    'UpToDate',
    ['collateral.format'],
  ],
  ['a PCK by the TCB signing key', { pckIssuer: 'signer' }, 'UpToDate', ['quote.pck-chain']],
  ['an authority that is no CA', { ca: { isCa: false } }, 'UpToDate', ['quote.pck-chain']],
  [
    'an authority that may not certify',
    { ca: { usage: USAGE.sign } },
    'UpToDate',
    ['quote.pck-chain'],
  ],
  ['a root that allows no authority', { root: { pathLength: 0 } }, 'UpToDate', ['quote.pck-chain']],
  ['a PCK that may certify', { pck: { usage: 0x84 } }, 'UpToDate', ['quote.pck-chain']],
  [
    'a critical extension of the PCK that nobody understands',
    { pckExtensions: [extension('1.2.3.4', true, integer(1))] },
    'UpToDate',
    ['quote.pck-chain'],
  ],
  [
    'a module of another signer',
    { body: [[AT_BODY.mrSignerSeam, [1]]] },
    'UpToDate',
    ['tcb.module'],
  ],
  ['a module attribute', { body: [[AT_BODY.seamAttributes, [1]]] }, 'UpToDate', ['tcb.module']],
  ['a module that is too old', { body: [[AT_BODY.teeTcbSvn, [10]]] }, 'UpToDate', ['tcb.module']],
  [
    'a module of an unknown version',
    { body: [[AT_BODY.teeTcbSvn, [11, 2]]] },
    'UpToDate',
    ['tcb.module'],
  ],
  [
    'a PCE id that is not that of the TCB information',
    { platform: { pceId: Uint8Array.of(1, 0) } },
    'UpToDate',
    ['collateral.match'],
  ],
  ['an owner', { body: [[AT_BODY.mrOwner, [1]]] }, 'UpToDate', ['td.attributes']],
  [
    'an extended feature that is not allowed',
    { body: [[AT_BODY.xfam + 2, [7]]] },
    'UpToDate',
    ['td.attributes'],
  ],
  [
    'performance counters',
    { body: [[AT_BODY.tdAttributes + 7, [0x80]]] },
    'UpToDate',
    ['td.attributes'],
  ],
  [
    'an out-of-date level, which only a policy refuses',
    { platform: { components: [3, ...COMPONENTS.slice(1)] } },
    'OutOfDate',
    ['tcb.status'],
  ],
  [
    'TCB information of version 4',
    { tcbInfo: (info) => ({ ...info, version: 4 }) },
    'UpToDate',
    ['collateral.tcb-info'],
  ],
];

/** What both refuse; a check of ours has the name of the reason. */
const BOTH: readonly Case[] = [
  ['a PCK that is a CA', { pck: { isCa: true } }, 'refuses', ['quote.pck-chain']],
  [
    'a TCB signer that is a CA',
    { signer: { isCa: true, usage: USAGE.listAndCertify } },
    'refuses',
    ['collateral.tcb-info', 'collateral.qe-identity'],
  ],
  ['a revoked PCK', { pckList: { revoked: [PCK_SERIAL] } }, 'refuses', ['collateral.crl']],
  ['a revoked authority', { rootList: { revoked: [2] } }, 'refuses', ['collateral.crl']],
  ['a revoked TCB signer', { rootList: { revoked: [4] } }, 'refuses', ['collateral.crl']],
  ['another family', { platform: { fmspc: new Uint8Array(6) } }, 'refuses', ['collateral.match']],
  [
    'a service machine',
    { form: 'v5 TD1.5', body: [[AT_BODY.mrServiceTd, [1]]] },
    'refuses',
    ['td.attributes'],
  ],
  ['debug', { body: [[AT_BODY.tdAttributes, [1]]] }, 'refuses', ['td.attributes']],
  [
    'no SEPT_VE_DISABLE',
    { body: [[AT_BODY.tdAttributes, zeroTo(8)]] },
    'refuses',
    ['td.attributes'],
  ],
  ['a debug quoting enclave', { qeReport: [[48, 0x17]] }, 'refuses', ['tcb.qe-status']],
  ['a quoting enclave of another signer', { qeReport: [[128, 0]] }, 'refuses', ['tcb.qe-status']],
  ['a quoting enclave that is too old', { qeReport: [[258, 3]] }, 'refuses', ['tcb.qe-status']],
  [
    'TCB information for SGX',
    { tcbInfo: (info) => ({ ...info, id: 'SGX' }) },
    'refuses',
    ['collateral.tcb-info'],
  ],
  [
    'the identity of the enclave for SGX',
    { qeIdentity: (identity) => ({ ...identity, id: 'QE' }) },
    'refuses',
    ['collateral.qe-identity'],
  ],
  [
    'a level that is revoked',
    { tcbInfo: (info) => ({ ...info, tcbLevels: [tcbLevel(4, 'Revoked', '2026-01-01')] }) },
    'refuses',
    ['tcb.status'],
  ],
];

for (const [what, options, says, ids] of [...GAPS, ...BOTH]) {
  test(`${what}: dcap-qvl says ${says}, and ${ids.join(', ')} fails`, (t) => {
    const machine = mintMachine(options);
    t.is(dcapSays(machine, AT_S), says);
    const isAsked = ids[0] !== 'quote.pck-chain' && says === 'refuses';
    t.deepEqual(failuresOf(machine), isAsked ? ['quote.second-opinion', ...ids] : ids);
  });
}

test('at no time at all dcap-qvl accepts, and every window of ours fails', (t) => {
  const machine = mintMachine();
  t.is(dcapSays(machine, Number.NaN), 'UpToDate');
  const failed = checksOf(machine, { root: machine.root, atMs: Number.NaN })
    .filter(({ status }) => status === 'fail')
    .map(({ id }) => id);
  t.deepEqual(failed, [
    'quote.second-opinion',
    'collateral.tcb-info',
    'collateral.qe-identity',
    'collateral.crl',
    ...['mrtd', 'rtmr0', 'rtmr1', 'rtmr2', 'os-image'].map((name) => `measurement.${name}`),
  ]);
});

test('levels in another order: dcap-qvl takes the first that matches, ours the highest', (t) => {
  const reversed = mintMachine({
    tcbInfo: (info) => ({ ...info, tcbLevels: (info['tcbLevels'] as object[]).toReversed() }),
  });
  t.is(dcapSays(reversed, AT_S), 'OutOfDate');
  t.deepEqual(failuresOf(reversed), ['quote.second-opinion']);
  const flattering = mintMachine({
    tcbInfo: (info) => ({
      ...info,
      tcbLevels: [tcbLevel(3, 'UpToDate', '2025-05-14'), tcbLevel(4, 'Revoked', '2026-08-13')],
    }),
  });
  t.is(dcapSays(flattering, AT_S), 'UpToDate');
  t.deepEqual(failuresOf(flattering), ['quote.second-opinion', 'tcb.status']);
});

test('an out-of-date level passes by policy: by its status, or within its days of grace', (t) => {
  const machine = mintMachine({ platform: { components: [3, ...COMPONENTS.slice(1)] } });
  const advisories = ['INTEL-SA-99999'];
  const byStatus = policyWith({ tcb: { statuses: ['UpToDate', 'OutOfDate'], advisories } });
  t.deepEqual(failuresOf(machine, byStatus), []);
  t.deepEqual(failuresOf(machine, policyWith({ tcb: { graceDays: 1, advisories } })), []);
  t.deepEqual(failuresOf(machine, policyWith({ tcb: { graceDays: 1 } })), ['tcb.status']);
});

test("another machine's PCK chain in the collateral: dcap-qvl prefers it to the quote's, we refuse", (t) => {
  const good = mintMachine();
  const chain = parseQuote(good.quote).pckChainPem;
  const bad = mintMachine({ pckIssuer: 'signer' });
  const mixed: MintedMachine = {
    ...bad,
    collateral: { ...good.collateral, pck_certificate_chain: chain },
    root: good.root,
  };
  const foreign = parseQuote(MACHINES['near-mpc-2026-08'].quote).pckChainPem.replace('\0', '');
  const withForeign: MintedMachine = {
    ...good,
    collateral: { ...good.collateral, pck_certificate_chain: foreign },
  };
  t.is(dcapSays(mixed, AT_S), 'UpToDate');
  t.deepEqual(failuresOf(mixed), ['quote.pck-chain']);
  t.is(dcapSays(withForeign, AT_S), 'refuses');
  t.deepEqual(failuresOf(withForeign), ['collateral.match']);
});

test('bytes after the quote: dcap-qvl ignores them, the reader refuses', (t) => {
  const machine = mintMachine();
  const longer: Machine = { ...machine, quote: Uint8Array.of(...machine.quote, 1) };
  t.is(dcapSays({ ...machine, ...longer }, AT_S), 'UpToDate');
  t.deepEqual(failuresOf({ ...machine, ...longer }), ['quote.format']);
});
