/**
 * Recognizes a request that asks for no more than the person approved for the same app and key in
 * the last 30 days. The person is shown a short screen for it.
 *
 * A request is recognized if all of this holds; the person sees the full review otherwise:
 *
 * - it is a sign-in request with an end, and states no longer period than the approvals do,
 * - each of its rights was approved, and the person has not stopped the app since,
 * - it has nothing unusual: no red line, no statement of the app, no other resource, no request id,
 *   and no issue time or start far from now,
 * - its approval sets up nothing.
 */
import type { ReviewReply, ReviewSummary, SideEffects, Warning } from '../../api/reviews.js';
import { findAppRecord } from '../../accounts/app-record.js';
import type { UserDocument, UserKey } from '../../accounts/user-document.js';
import { timestampOf } from '../../protocol/timestamp.js';
import { pairHashOf, REMEMBERED_MS, statedPeriodOf } from '../note-approval.js';
import { type SigningContent, signInMessageOf } from '../signing-request.js';
import { appStatementOf } from './app-statement.js';
import { rightPairsOf } from './summary/right-pairs.js';

/** What is known about a request before it is recognized. */
export type AskedAgain = {
  readonly content: SigningContent;
  readonly appOrigin: string;
  readonly key: UserKey;
  readonly summary: ReviewSummary | null;
  readonly warnings: readonly Warning[];
  readonly sideEffects: SideEffects | null;
};

/** Returns what the short screen states, or null for a request that needs the full review. */
export function findReturning(
  user: UserDocument,
  asked: AskedAgain,
  nowMs: number,
): ReviewReply['returning'] {
  const { content, appOrigin, key } = asked;
  const record = findAppRecord(user, appOrigin, key.address);
  const statedMs = statedPeriodOf(content);
  if (record === undefined || record.stoppedAtMs !== undefined) return null;
  if (statedMs === undefined || isUnusual(asked)) return null;
  const approvals = record.approvals.filter(
    ({ approvedAtMs, lastsMs }) => nowMs - approvedAtMs < REMEMBERED_MS && lastsMs >= statedMs,
  );
  const newest = approvals.at(-1);
  const approved = new Set(approvals.flatMap(({ pairs }) => pairs));
  const pairs = content.kind === 'recap' ? rightPairsOf(content.rights).map(pairHashOf) : [];
  if (newest === undefined || !pairs.every((each) => approved.has(each))) return null;
  const isSame = approvals.some(
    ({ pairs: each }) => each.length === pairs.length && pairs.every((pair) => each.includes(pair)),
  );
  return { lastApprovedAt: timestampOf(newest.approvedAtMs), extent: isSame ? 'same' : 'less' };
}

function isUnusual({ content, summary, warnings, sideEffects }: AskedAgain): boolean {
  const { resources = [], requestId, notBefore } = signInMessageOf(content) ?? {};
  return (
    summary === null ||
    summary.lines.some(({ level }) => level === 'danger') ||
    sideEffects !== null ||
    warnings.some(({ id }) => id === 'odd-time') ||
    appStatementOf(content) !== undefined ||
    resources.length > (content.kind === 'recap' ? 1 : 0) ||
    requestId !== undefined ||
    notBefore !== undefined
  );
}
