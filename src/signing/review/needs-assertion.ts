/** Decides whether a passkey must approve a review. */
import { credentialIdOf, type UserDocument } from '../../accounts/user-document.js';
import type { PendingReview } from './pending-reviews.js';

/** How long the passkey that began a session also counts as the approval of its first review. */
export const PROOF_MS = 60_000;

/** The part of a review that the decision depends on. */
export type AssertionNeeds = Pick<PendingReview, 'appOrigin' | 'isGrave' | 'isRed' | 'sessionId'>;

/**
 * Returns whether an approval requires a passkey. If the user has one, it is required for grave
 * rights and for the first request of an app. For a first request without anything unusual, the
 * passkey that began or renewed the session counts within PROOF_MS, once.
 */
export function needsAssertion(user: UserDocument, review: AssertionNeeds, nowMs: number): boolean {
  const hasPasskey = user.credentials.some(
    (each) => each.kind === 'passkey' && each.clonedAtMs === undefined,
  );
  if (!hasPasskey) return false;
  if (user.approvedOrigins.includes(review.appOrigin)) return review.isGrave;
  return review.isRed || !hasFreshProof(user, review.sessionId, nowMs);
}

/** A proof with a time in the future is stale, because the clock was set back since. */
function hasFreshProof(user: UserDocument, sessionId: string, nowMs: number): boolean {
  const session = user.sessions.find(({ id }) => id === sessionId);
  if (session === undefined || session.usedProofAtMs === session.verifiedAtMs) return false;
  const ageMs = nowMs - session.verifiedAtMs;
  return (
    ageMs >= 0 &&
    ageMs < PROOF_MS &&
    user.credentials.some(
      (each) =>
        each.kind === 'passkey' &&
        each.clonedAtMs === undefined &&
        credentialIdOf(each) === session.credentialId,
    )
  );
}
