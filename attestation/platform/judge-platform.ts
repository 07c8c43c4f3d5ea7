/**
 * The group `platform`, and `collateral.currency`: whether a machine whose evidence is true is good enough for a policy.
 * Each check builds only on what it needs; without that it is skipped and says so.
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

export type PlatformQuestion = {
  /** Undefined when the quote did not verify. */
  readonly quote: VerifiedQuote | undefined;
  /** What `verifyCollateral` found for this quote. */
  readonly parts: CollateralParts;
  readonly policy: Policy;
  readonly atMs: number;
};

/**
 * `collateral.currency`, `tcb.status`, `tcb.qe-status`, `tcb.module`, `td.attributes` and `platform.identity`, in this order.
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
      ? skipped('platform.identity', 'there is no verified PCK that can be read')
      : judgeIdentity(platform, policy),
  ];
}

const NO_QUOTE = 'the quote is not verified';
const NO_MATCH = 'there is no TCB information that is verified and of this machine';

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
 * The worse of the platform's status at launch and the quoting enclave's: what another verifier that knows neither modules nor
 * TD 1.5 can compare. It is undefined when either matches no level.
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
 * The status of all parts together: platform and TDX module, each at launch and now, and quoting enclave. It is undefined when one of
 * them matches no level or is not known.
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
