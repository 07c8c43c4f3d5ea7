/**
 * Judges whether collateral is from a recent evaluation. The audited party supplies it, and an
 * older set may still be valid.
 */
import { judge } from '../attempt.js';
import type { CheckResult } from '../check.js';
import type { QeIdentity } from '../evidence/qe-identity.js';
import type { TcbInfo } from '../evidence/tcb-info.js';
import type { Policy } from '../policy/policy.js';

/** Judges `collateral.currency`: both evaluation numbers must be at least that of the policy. */
export function judgeCurrency(
  tcbInfo: TcbInfo,
  qeIdentity: QeIdentity,
  { tcb: { minEvaluationDataNumber: least } }: Policy,
): CheckResult {
  const [tcb, qe] = [tcbInfo.tcbEvaluationDataNumber, qeIdentity.tcbEvaluationDataNumber];
  return judge(
    'collateral.currency',
    `evaluation ${tcb} of the platform, ${qe} of the quoting enclave`,
    `at least ${least}`,
    [
      ...(tcb < least ? ['the TCB information is too old'] : []),
      ...(qe < least ? ['the QE identity is too old'] : []),
    ],
  );
}
