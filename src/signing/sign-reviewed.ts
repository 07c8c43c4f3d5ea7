/**
 * Signs the stored bytes of an approved review once, with the person's passkey where one is
 * required.
 */
import { findAppRecord } from '../accounts/app-record.js';
import type { UserDocument, UserSession } from '../accounts/user-document.js';
import { ServiceError } from '../errors.js';
import { noteApproval } from './note-approval.js';
import { decide } from './policy.js';
import { requireActiveKey } from './require-key.js';
import { needsAssertion } from './review/needs-assertion.js';
import type { Claim, PendingReview } from './review/pending-reviews.js';
import { requireTime } from './review/require-reviewable.js';
import { assertionChallengeOf, REVIEW_LIFETIME_MS, type ReviewContext } from './review/review.js';
import { refusePayload, type SignContext, signPayload, type SignResult } from './sign-payload.js';
import { parseSigningBytes, type SigningRequest, signInMessageOf } from './signing-request.js';
import type { ReviewWords } from '../languages/review-words.js';

/** What a passkey signs to approve a review (32 bytes), and when the review issued it. */
export type ApprovalChallenge = { readonly bytes: Uint8Array; readonly issuedAtMs: number };

/**
 * Verifies that a passkey of the user signed this challenge, with user verification. PORT;
 * src/sign-in implements it, and makes the passkey's counter durable. Resolves to a check that runs
 * under the lock of the signature; it may change the user, or throw. Rejects ERR_ASSERTION_INVALID,
 * ERR_PASSKEY_CLONED or ERR_PASSKEY_OUTDATED.
 */
export type VerifyAssertion = (
  user: UserDocument,
  untrustedAssertion: unknown,
  challenge: ApprovalChallenge,
) => Promise<(user: UserDocument) => UserDocument>;

/** A request to sign what a review showed. */
export type ReviewedRequest = {
  readonly user: UserDocument;
  readonly session: UserSession;
  readonly keyId: string;
  readonly reviewId: string;
  readonly untrustedAssertion?: unknown;
  readonly appOrigin?: string | undefined;
  /** The request that the caller expects to be reviewed, if it sends one. */
  readonly request?: SigningRequest | undefined;
  readonly untilMs: number;
  /** The words of the person's language, English by default. */
  readonly words?: ReviewWords | undefined;
};

/** What signing after a review depends on. */
export type ReviewedContext = SignContext &
  ReviewContext & { readonly verifyAssertion: VerifyAssertion };

/**
 * Signs what a review showed. Rejects the codes of `Reviews.take`, ERR_ASSERTION_REQUIRED,
 * ERR_ASSERTION_INVALID, ERR_REVIEW_EXPIRED_REQUEST, and those of the policy. Only a failed passkey
 * check leaves the review open.
 */
export async function signReviewed(
  context: ReviewedContext,
  request: ReviewedRequest,
): Promise<SignResult> {
  const { reviews } = context;
  const { user, keyId, appOrigin } = request;
  const { userId, sessions } = user;
  const claim: Claim = { userId, keyId, appOrigin, bytes: request.request?.bytes, sessions };
  const review = await reviews.take(request.reviewId, claim);
  try {
    const useCredential = await openAssertion(context, request, review);
    await reviews.spend(review.id);
    return await signTaken(context, request, review, useCredential);
  } finally {
    // A review that cannot be put back stays taken, and the person asks again.
    await reviews.putBack(review.id).catch(() => undefined);
  }
}

type Change = (user: UserDocument) => UserDocument;

async function openAssertion(
  { clock, verifyAssertion }: ReviewedContext,
  { user, untrustedAssertion }: ReviewedRequest,
  review: PendingReview,
): Promise<Change> {
  if (untrustedAssertion === undefined) {
    if (needsAssertion(user, review, clock())) throw new ServiceError('ERR_ASSERTION_REQUIRED');
    return (same) => same;
  }
  const issuedAtMs = review.expiresAtMs - REVIEW_LIFETIME_MS;
  const challenge = { bytes: assertionChallengeOf(review), issuedAtMs };
  return verifyAssertion(user, untrustedAssertion, challenge);
}

async function signTaken(
  context: ReviewedContext,
  { user, session, untilMs, untrustedAssertion, request: sent, words }: ReviewedRequest,
  review: PendingReview,
  useCredential: Change,
): Promise<SignResult> {
  const { clock, signing } = context;
  const { appOrigin, id, showsSetUp } = review;
  // `take` has compared the bytes, and the content depends on them alone.
  const request = sent ?? parseSigningBytes(review.bytes);
  const key = requireActiveKey(user, review.keyId);
  const { address, id: keyId } = key;
  const nowMs = clock();
  const message = signInMessageOf(request.content);
  if (message !== undefined) requireTime(message, nowMs);
  const decision = decide({ request, address, via: 'review', ownHost: signing.ownHost, nowMs });
  const asker = { userId: user.userId, sessionId: session.id, keyId, via: 'review' } as const;
  if (decision.effect !== 'sign') return refusePayload(context, asker, request, decision);
  return signPayload(context, {
    ...asker,
    request,
    decision,
    reviewId: id,
    appOrigin,
    // Runs under the user's lock, so a passkey that was added in the meantime is required as well.
    change: (known, atMs) => {
      requireRunning(known, review, address);
      if (untrustedAssertion === undefined && needsAssertion(known, review, atMs)) {
        throw new ServiceError('ERR_ASSERTION_REQUIRED');
      }
      const by = { appOrigin, key, sessionId: session.id, words };
      return noteApproval(useCredential(known), by, request, atMs);
    },
    hook: showsSetUp ? 'run' : 'not-shown',
    untilMs,
  });
}

/** Throws ERR_REVIEW_NOT_FOUND if the person stopped the app after the review was created. */
function requireRunning(user: UserDocument, review: PendingReview, address: string): void {
  const { stoppedAtMs } = findAppRecord(user, review.appOrigin, address) ?? {};
  if (stoppedAtMs !== undefined && stoppedAtMs >= review.expiresAtMs - REVIEW_LIFETIME_MS) {
    throw new ServiceError('ERR_REVIEW_NOT_FOUND');
  }
}
