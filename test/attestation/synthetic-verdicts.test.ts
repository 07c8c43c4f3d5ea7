/**
 * Tests 300 synthetic quotes with the verdicts of the Rust verifier dcap-qvl 0.7.1: ours is never
 * more lenient.
 */
import { test } from '../test.js';
import { combinedStatus } from '../../attestation/platform/tcb-level.js';
import type { TcbStatus } from '../../attestation/evidence/signed-json.js';
import { judgeRow, readSyntheticRows, type SyntheticRow } from './synthetic-verdicts.js';

const rows = readSyntheticRows();
const judged = rows.map((row) => ({ row, own: judgeRow(row) }));

const isOwn = (trouble: string): boolean => !trouble.startsWith('quote.second-opinion');

test('our own checks accept nothing that the Rust verifier rejects', (t) => {
  const rejected = judged.filter(({ row }) => !row.rust.accepts);
  t.true(rejected.length > 60);
  const kinder = rejected.filter(({ own }) => !own.troubles.some(isOwn));
  t.deepEqual(
    kinder.map(({ row }) => row.tag),
    [],
  );
});

/**
 * Deviations that the Rust verifier accepts and we reject on purpose, with the check that reports
 * each.
 */
const STRICTER: readonly (readonly [deviation: string, check: string])[] = [
  ['mrowner', 'td.attributes'],
  ['xfam', 'td.attributes'],
  ['trailing byte', 'quote.format'],
  ['pck noKU', 'quote.pck-chain'],
  ['pckca ku no certsign', 'quote.pck-chain'],
  ['root pathlen0', 'quote.pck-chain'],
  ['tcbsigner other name', 'collateral.tcb-info'],
  ['tcbType 1', 'collateral.tcb-info'],
  ['tcbInfo v4', 'collateral.tcb-info'],
  ['root crl future', 'collateral.crl'],
  ['pck crl future', 'collateral.crl'],
  ['pck crl crit number', 'collateral.crl'],
  ['crl chain', 'collateral.crl'],
  ['module id lower case', 'tcb.module'],
];

/** Statuses that Intel defines for a quoting enclave. The Rust verifier accepts others there. */
const ENCLAVE_STATUSES = new Set(['UpToDate', 'OutOfDate', 'Revoked']);

function hasUndefinedEnclaveStatus({ collateral }: SyntheticRow): boolean {
  const { qe_identity: text } = collateral as { readonly qe_identity: string };
  const { tcbLevels } = JSON.parse(text) as {
    readonly tcbLevels: readonly { readonly tcbStatus: string }[];
  };
  return tcbLevels.some(({ tcbStatus }) => !ENCLAVE_STATUSES.has(tcbStatus));
}

const reasonsFor = (row: SyntheticRow): readonly string[] => [
  ...STRICTER.filter(([deviation]) => row.tag.includes(deviation)).map(([, check]) => check),
  ...(hasUndefinedEnclaveStatus(row) ? ['tcb.qe-status'] : []),
];

test('evidence that only the Rust verifier accepts fails at the check for its deviation', (t) => {
  const accepted = judged.filter(({ row }) => row.rust.accepts);
  t.true(accepted.length > 40);
  for (const { row, own } of accepted) {
    const troubles = own.troubles.filter(isOwn);
    if (troubles.length === 0) continue;
    const named = reasonsFor(row).some((check) => troubles.some((each) => each.startsWith(check)));
    t.true(named, `${row.tag}: ${troubles.join('; ')}`);
  }
});

const asFinding = (status: string): { readonly status: TcbStatus } => ({
  status: status as TcbStatus,
});

test('our status is never better than that of the Rust verifier', (t) => {
  const compared = judged.flatMap(({ row: { tag, rust }, own: { status } }) =>
    rust.accepts && status !== undefined ? [{ tag, ours: status, theirs: rust.status }] : [],
  );
  t.true(compared.length > 30);
  for (const { tag, ours, theirs } of compared) {
    t.is(combinedStatus([asFinding(ours), asFinding(theirs)]), ours as TcbStatus, tag);
  }
});

test('the second opinion passes nothing with a revoked or unknown current level', (t) => {
  const unknown = judged.filter(
    ({ row, own }) =>
      !row.rust.accepts &&
      /TEE_TCB_SVN2|TDX module TCB level/.test(row.rust.error) &&
      own.checks.length > 0,
  );
  t.true(unknown.length > 0);
  for (const { row, own } of unknown) {
    const opinion = own.checks.find(({ id }) => id === 'quote.second-opinion');
    t.not(opinion?.status, 'pass', row.tag);
  }
});
