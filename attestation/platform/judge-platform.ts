/**
 * Judges the group `platform`, and `collateral.currency`: whether a machine with valid evidence
 * satisfies the policy. A check whose inputs are missing is skipped with the reason.
 */
import { skipped } from '../attempt.js';
import type { CheckResult } from '../check.js';
import type { TcbStatus } from '../evidence/signed-json.js';
import type { CollateralParts } from '../evidence/verify-collateral.js';
import type { VerifiedQuote } from '../evidence/verify-quote.js';
import type { Policy } from '../policy/policy.js';
import { judgeCurrency } from './currency.js';
import { judgeLevel, levelRule } from './judge-level.js';
import { judgeIdentity } from './platform-identity.js';
import { findQeLevel, judgeQe } from './qe-status.js';
import { judgeTdAttributes } from './td-attributes.js';
import { combinedStatus, findTcbLevel, worseStatus } from './tcb-level.js';
import { findModuleLevel, judgeModule } from './tcb-module.js';
import { judgeEach, teeTcbSvnsOf } from './tee-tcb-svns.js';

/** The inputs of the group. */
export type PlatformQuestion = {
  /** Undefined if the quote did not verify. */
  readonly quote: VerifiedQuote | undefined;
  /** The parts that `verifyCollateral` found for this quote. */
  readonly parts: CollateralParts;
  readonly policy: Policy;
  readonly atMs: number;
};

/**
 * Judges `collateral.currency`, `tcb.status`, `tcb.qe-status`, `tcb.module`, `td.attributes` and
 * `platform.identity`, in this order.
 */
export function judgePlatform(question: PlatformQuestion): readonly CheckResult[] {
  const { quote, parts, policy } = question;
  const { tcbInfo, qeIdentity, platform } = parts;
  return [
    tcbInfo === undefined || qeIdentity === undefined
      ? skipped('collateral.currency', 'TCB information or QE identity is not verified')
      : judgeCurrency(tcbInfo, qeIdentity, policy),
    judgeStatus(question),
    judgeQeStatus(question),
    judgeModuleStatus(question),
    quote === undefined ? skipped('td.attributes', NO_QUOTE) : judgeTdAttributes(quote.report),
    platform === undefined
      ? skipped('platform.identity', 'no verified PCK certificate could be read')
      : judgeIdentity(platform, policy),
  ];
}

const NO_QUOTE = 'the quote is not verified';
const NO_MATCH = 'no verified TCB information applies to this machine';

function judgeStatus({ quote, parts, policy, atMs }: PlatformQuestion): CheckResult {
  const { tcbInfo, platform, caKind } = parts;
  if (quote === undefined) return skipped('tcb.status', NO_QUOTE);
  if (tcbInfo === undefined || platform === undefined || caKind === undefined) {
    return skipped('tcb.status', NO_MATCH);
  }
  const rule = levelRule(policy, 'statuses', atMs);
  return judgeEach(
    teeTcbSvnsOf(quote.report).map(({ when, svns }) => ({
      when,
      result: judgeLevel('tcb.status', findTcbLevel(tcbInfo, platform, svns), rule),
    })),
  );
}

function judgeQeStatus({ quote, parts, policy, atMs }: PlatformQuestion): CheckResult {
  if (quote === undefined) return skipped('tcb.qe-status', NO_QUOTE);
  const { qeIdentity } = parts;
  if (qeIdentity === undefined) return skipped('tcb.qe-status', 'there is no verified QE identity');
  return judgeQe(quote.qeReport, qeIdentity, levelRule(policy, 'qeStatuses', atMs));
}

function judgeModuleStatus({ quote, parts, policy, atMs }: PlatformQuestion): CheckResult {
  const { tcbInfo, caKind } = parts;
  if (quote === undefined) return skipped('tcb.module', NO_QUOTE);
  if (tcbInfo === undefined || caKind === undefined) return skipped('tcb.module', NO_MATCH);
  return judgeModule(tcbInfo, quote.report, levelRule(policy, 'moduleStatuses', atMs));
}

/**
 * Returns the worse of two statuses, those of the platform at launch and of the quoting enclave.
 * This is what another verifier without knowledge of modules and TD 1.5 can compare. Returns
 * undefined if either matches no level.
 */
export function findMergedStatus(
  quote: VerifiedQuote | undefined,
  { tcbInfo, qeIdentity, platform }: CollateralParts,
): TcbStatus | undefined {
  if (quote === undefined || tcbInfo === undefined) return undefined;
  if (qeIdentity === undefined || platform === undefined) return undefined;
  const level = findTcbLevel(tcbInfo, platform, quote.report.teeTcbSvn);
  const qe = findQeLevel(quote.qeReport, qeIdentity);
  if (level === undefined || qe === undefined) return undefined;
  return worseStatus(level.status, qe.status);
}

/**
 * Returns the combined status of all parts: the platform and the TDX module, each at launch and
 * now, and the quoting enclave. Returns undefined if one of them is unknown or matches no level.
 */
export function findWholeStatus(
  quote: VerifiedQuote | undefined,
  { tcbInfo, qeIdentity, platform }: CollateralParts,
): TcbStatus | undefined {
  if (quote === undefined || tcbInfo === undefined) return undefined;
  if (qeIdentity === undefined || platform === undefined) return undefined;
  const levels = teeTcbSvnsOf(quote.report).flatMap(({ svns }) => {
    const module = findModuleLevel(tcbInfo, svns);
    const level = findTcbLevel(tcbInfo, platform, svns);
    return module === 'with-platform' ? [level] : [level, module];
  });
  return combinedStatus([findQeLevel(quote.qeReport, qeIdentity), ...levels]);
}
