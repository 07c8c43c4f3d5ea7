/**
 * Verifies the group `collateral`. Each check is separate, so that one failure hides no other. A
 * check whose input failed is skipped with the reason. platform/ judges whether the platform is
 * good enough.
 */
import type { X509Certificate } from 'node:crypto';
import { attempt, skipped, type Outcome } from '../attempt.js';
import type { CheckResult } from '../check.js';
import { parseChain } from './certificates.js';
import { parseCollateral, type UnverifiedCollateral } from './collateral.js';
import { verifyMatch } from './match-collateral.js';
import { readPckExtension, type PckPlatform } from './pck-extension.js';
import { verifyQeIdentity, type VerifiedQeIdentity } from './qe-identity.js';
import { verifyRevocation } from './revocation.js';
import { verifyTcbInfo, type VerifiedTcbInfo } from './tcb-info.js';
import type { VerifiedQuote } from './verify-quote.js';
import { NOTHING_RELAXED, type RelaxedRules } from '../policy/relaxed-rules.js';

declare const verified: unique symbol;
/** Collateral that passed every check, for the machine that made the quote. */
export type VerifiedCollateral = {
  readonly tcbInfo: VerifiedTcbInfo;
  readonly qeIdentity: VerifiedQeIdentity;
  readonly platform: PckPlatform;
  readonly caKind: 'platform' | 'processor';
  readonly [verified]: true;
};

/** The parts that were verified. A part is present only if its own check passed. */
export type CollateralParts = {
  /** The collateral after the check of its form only. */
  readonly unverified?: UnverifiedCollateral;
  readonly tcbInfo?: VerifiedTcbInfo;
  readonly qeIdentity?: VerifiedQeIdentity;
  /** What the verified quote's PCK certificate states. */
  readonly platform?: PckPlatform;
  readonly caKind?: 'platform' | 'processor';
};

/** The result of the group. */
export type CollateralVerdict = {
  /** `collateral.format`, `.tcb-info`, `.qe-identity`, `.crl` and `.match`, in this order. */
  readonly checks: readonly CheckResult[];
  readonly parts: CollateralParts;
  /** Present only if all checks passed. */
  readonly collateral?: VerifiedCollateral;
};

/** The inputs of the group. */
export type CollateralQuestion = {
  /** Undefined if the quote did not verify; checks that need its PCK are then skipped. */
  readonly quote: VerifiedQuote | undefined;
  /** Parsed JSON, or undefined or null for none. */
  readonly untrustedCollateral: unknown;
  readonly trustedRoot: X509Certificate;
  readonly atMs: number;
  /** The rules that a policy relaxes for this root. */
  readonly relaxed?: RelaxedRules;
};

const IDS = {
  format: 'collateral.format',
  tcbInfo: 'collateral.tcb-info',
  qeIdentity: 'collateral.qe-identity',
  crl: 'collateral.crl',
  match: 'collateral.match',
} as const;

const EXPECTED = {
  format: 'the members of collateral, each well formed',
  tcbInfo: "signed by Intel's TCB signing key and within its window",
  qeIdentity: "signed by Intel's TCB signing key and within its window",
  crl: 'both lists signed, within their windows, naming nothing in use',
  match: 'FMSPC, PCE id and authority of the PCK',
} as const;

/** Runs the checks of the group. Never throws for untrusted bytes. */
export function verifyCollateral(question: CollateralQuestion): CollateralVerdict {
  const { untrustedCollateral } = question;
  if (untrustedCollateral === undefined || untrustedCollateral === null) {
    const checks = Object.values(IDS).map((id) => skipped(id, 'there is no collateral'));
    return { checks, parts: {} };
  }
  const format = attempt(
    IDS.format,
    EXPECTED.format,
    () => parseCollateral(untrustedCollateral),
    () => 'every member is well formed',
  );
  if (format.value !== undefined) return verifyParts(format.check, format.value, question);
  const rest = Object.values(IDS).slice(1);
  const skips = rest.map((id) => skipped(id, 'the collateral could not be read'));
  return { checks: [format.check, ...skips], parts: {} };
}

const windowOf = (signed: { readonly issueDate: string; readonly nextUpdate: string }): string =>
  `${signed.issueDate} to ${signed.nextUpdate}`;

function verifyParts(
  format: CheckResult,
  unverified: UnverifiedCollateral,
  { quote, trustedRoot, atMs, relaxed = NOTHING_RELAXED }: CollateralQuestion,
): CollateralVerdict {
  const authority = { trustedRoot, anySignerName: relaxed.has('tcb-signer-name') };
  const tcbInfo = attempt(
    IDS.tcbInfo,
    EXPECTED.tcbInfo,
    () => verifyTcbInfo(unverified, authority, atMs),
    windowOf,
  );
  const qeIdentity = attempt(
    IDS.qeIdentity,
    EXPECTED.qeIdentity,
    () => verifyQeIdentity(unverified, authority, atMs),
    windowOf,
  );
  const pck = quote === undefined ? undefined : parseChain(quote.pckChainPem, 'quote.pck-chain');
  const crl = checkRevocation(unverified, pck, trustedRoot, atMs);
  const platform = pck?.[0] === undefined ? undefined : attemptPlatform(pck[0], relaxed);
  const match = checkMatch(unverified, tcbInfo.value, platform, pck);
  const checks = [format, tcbInfo.check, qeIdentity.check, crl, match.check];
  const parts = {
    unverified,
    ...(tcbInfo.value === undefined ? {} : { tcbInfo: tcbInfo.value }),
    ...(qeIdentity.value === undefined ? {} : { qeIdentity: qeIdentity.value }),
    ...(platform?.value === undefined ? {} : { platform: platform.value }),
    ...match.value,
  };
  if (checks.some(({ status }) => status !== 'pass')) return { checks, parts };
  return { checks, parts, collateral: parts as unknown as VerifiedCollateral };
}

function checkRevocation(
  unverified: UnverifiedCollateral,
  pckChain: readonly X509Certificate[] | undefined,
  trustedRoot: X509Certificate,
  atMs: number,
): CheckResult {
  if (pckChain === undefined) return skipped(IDS.crl, 'there is no verified PCK');
  return attempt(
    IDS.crl,
    EXPECTED.crl,
    () => verifyRevocation(unverified, pckChain, trustedRoot, atMs),
    ({ pckSerials, rootSerials }) =>
      `${pckSerials} revoked PCKs and ${rootSerials} revoked authorities, none of them in use`,
  ).check;
}

const attemptPlatform = (pck: X509Certificate, relaxed: RelaxedRules): Outcome<PckPlatform> =>
  attempt(
    IDS.match,
    EXPECTED.match,
    () => readPckExtension(pck, relaxed.has('pck-tcb-members')),
    () => '',
  );

function checkMatch(
  unverified: UnverifiedCollateral,
  tcbInfo: VerifiedTcbInfo | undefined,
  platform: Outcome<PckPlatform> | undefined,
  pckChain: readonly X509Certificate[] | undefined,
): Outcome<{ readonly caKind: 'platform' | 'processor' }> {
  if (platform === undefined || pckChain === undefined) {
    return { check: skipped(IDS.match, 'there is no verified PCK') };
  }
  if (platform.value === undefined) return { check: platform.check };
  if (tcbInfo === undefined) {
    return { check: skipped(IDS.match, 'there is no verified TCB information') };
  }
  const { value } = platform;
  const fmspc = Buffer.from(value.fmspc).toString('hex').toUpperCase();
  return attempt(
    IDS.match,
    EXPECTED.match,
    () => verifyMatch(unverified, tcbInfo, value, pckChain),
    ({ caKind }) => `FMSPC ${fmspc}, ${caKind} authority`,
  );
}
