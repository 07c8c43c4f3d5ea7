/** `quote.dstack-verifier`: the verdict of a dstack-verifier that the auditor named. */
import { judge } from '../attempt.js';
import type { CheckResult } from '../check.js';
import type { DstackVerdict } from '../collect/ask-dstack-verifier.js';

/** What this verifier read from the same evidence, as lower-case hex. */
export type OwnReading = {
  readonly reportData: string | undefined;
  readonly composeHash: string | undefined;
};

const bare = (hex: string | undefined): string | undefined => hex?.toLowerCase().replace(/^0x/, '');

/**
 * Passes if the other verifier accepts and read the same report data and the same compose hash.
 * Whether it accepts a status of the platform is its own policy; the policy here judges it again.
 */
export function judgeDstackOpinion(theirs: DstackVerdict, own: OwnReading): CheckResult {
  const { isValid, reason, reportData, composeHash, tcbStatus } = theirs;
  const measured = isValid
    ? `it accepts, with status ${tcbStatus ?? 'unknown'}`
    : `it rejects: ${reason ?? 'without a reason'}`;
  return judge('quote.dstack-verifier', measured, 'it accepts the same evidence', [
    ...(isValid ? [] : ['no agreement']),
    ...(own.reportData !== undefined && bare(reportData) === own.reportData
      ? []
      : ['it read other report data']),
    ...(own.composeHash !== undefined && bare(composeHash) === own.composeHash
      ? []
      : ['it read another compose hash']),
  ]);
}
