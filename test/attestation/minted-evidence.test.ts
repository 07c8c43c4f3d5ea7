/**
 * Tests evidence of a test authority with one error each: the verdict of dcap-qvl alone, and the
 * checks of ours that do not pass. The `accepts` cases are its gaps (dstack.md §5).
 */
import { QuoteVerifier } from '@phala/dcap-qvl';
import { test } from '../test.js';
import { EvidenceError } from '../../attestation/check.js';
import { parseQuote } from '../../attestation/evidence/tdx-quote.js';
import { verifyQuote } from '../../attestation/evidence/verify-quote.js';
import { MACHINES, checksOf, intelRoot, policyWith, type Machine } from './genuine-machines.js';
import { BOTH, GAPS, TD15 } from './minted/cases.js';
import { AT_S, COMPONENTS, mintMachine, tcbLevel, type MintedMachine } from './minted/machine.js';

const AT_MS = AT_S * 1_000;

/** Returns the verdict of dcap-qvl alone. */
function dcapSays({ quote, collateral, root }: MintedMachine, atS: number): string {
  try {
    const verifier = QuoteVerifier.newWithRootCa(root.raw);
    const given = collateral as unknown as Parameters<typeof verifier.verify>[1];
    return verifier.verify(quote, given, atS).status;
  } catch {
    return 'refuses';
  }
}

/** Returns the ids of the failing checks: of the quote, or else of its collateral and platform. */
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

for (const [what, options, says, ids] of [...GAPS, ...TD15, ...BOTH]) {
  test(`${what}: dcap-qvl says ${says}, and ${ids.join(', ')} fails`, (t) => {
    const machine = mintMachine(options);
    t.is(dcapSays(machine, AT_S), says);
    const isRead = !ids.some((id) => id === 'quote.pck-chain' || id === 'quote.format');
    const isAsked = isRead && says === 'refuses';
    t.deepEqual(failuresOf(machine), isAsked ? ['quote.second-opinion', ...ids] : ids);
  });
}

test('without a valid time dcap-qvl accepts, and every window of ours fails', (t) => {
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

test('with levels in another order dcap-qvl uses the first match, and ours the highest', (t) => {
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

test('an out-of-date level passes if the policy accepts its status or within the days of grace', (t) => {
  const machine = mintMachine({ platform: { components: [3, ...COMPONENTS.slice(1)] } });
  const advisories = ['INTEL-SA-99999'];
  const byStatus = policyWith({ tcb: { statuses: ['UpToDate', 'OutOfDate'], advisories } });
  t.deepEqual(failuresOf(machine, byStatus), []);
  t.deepEqual(failuresOf(machine, policyWith({ tcb: { graceDays: 1, advisories } })), []);
  t.deepEqual(failuresOf(machine, policyWith({ tcb: { graceDays: 1 } })), ['tcb.status']);
});

test('a PCK chain of another machine in the collateral is refused, although dcap-qvl prefers it', (t) => {
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

test('bytes after the quote are refused, although dcap-qvl ignores them', (t) => {
  const machine = mintMachine();
  const longer: Machine = { ...machine, quote: Uint8Array.of(...machine.quote, 1) };
  t.is(dcapSays({ ...machine, ...longer }, AT_S), 'UpToDate');
  t.deepEqual(failuresOf({ ...machine, ...longer }), ['quote.format']);
});
