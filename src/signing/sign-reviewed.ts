/** The signature after a review: over the stored bytes, once, with the person's passkey where that is asked for. */
import type { UserDocument, UserSession } from '../accounts/user-document.js';
import { ServiceError } from '../errors.js';
import { decide } from './policy.js';
import { requireActiveKey } from './require-key.js';
import type { Claim } from './review/pending-reviews.js';
import { requireTime } from './review/read-request.js';
import {
  assertionChallengeOf,
  needsAssertion,
  type Review,
  REVIEW_LIFETIME_MS,
  type ReviewContext,
} from './review/review.js';
import { refusePayload, type SignContext, signPayload, type SignResult } from './sign-payload.js';

/** What a passkey signs to approve (32 bytes), and when the review handed it out. */
export type ApprovalChallenge = { readonly bytes: Uint8Array; readonly issuedAtMs: number };

/**
 * Verifies that a passkey of the user signed this challenge, with user verification. PORT; the passkeys of sign-in implement
 * it, and make its counter durable. Answers what must still hold under the lock of the signature, or throws there; a change of
 * the user may come with it. Rejects ERR_ASSERTION_INVALID, ERR_PASSKEY_CLONED or ERR_PASSKEY_OUTDATED.
 */
export type VerifyAssertion = (
  user: UserDocument,
  untrustedAssertion: unknown,
  challenge: ApprovalChallenge,
) => Promise<(user: UserDocument) => UserDocument>;

export type ReviewedRequest = {
  readonly user: UserDocument;
  readonly session: UserSession;
  readonly keyId: string;
  readonly reviewId: string;
  readonly untrustedAssertion?: unknown;
  readonly appOrigin?: string | undefined;
  readonly payload?: Uint8Array | undefined;
  readonly budgetMs: number;
};

export type ReviewedContext = SignContext &
  ReviewContext & { readonly verifyAssertion: VerifyAssertion };

/**
 * Rejects the codes of `PendingReviews.take`, ERR_ASSERTION_REQUIRED, ERR_ASSERTION_INVALID, ERR_REVIEW_EXPIRED_REQUEST, and
 * those of the policy. A review is open again only after a passkey that did not fit.
 */
export async function signReviewed(
  context: ReviewedContext,
  request: ReviewedRequest,
): Promise<SignResult> {
  const { reviews, clock } = context;
  const { user, keyId, appOrigin, payload } = request;
  const claim: Claim = { userId: user.userId, keyId, appOrigin, payload };
  const review = reviews.take(request.reviewId, claim, clock());
  try {
    const useCredential = await openAssertion(context, request, review);
    reviews.spend(review.id);
    return await signTaken(context, request, review, useCredential);
  } finally {
    reviews.putBack(review.id);
  }
}

type Change = (user: UserDocument) => UserDocument;

async function openAssertion(
  { verifyAssertion }: ReviewedContext,
  { user, untrustedAssertion }: ReviewedRequest,
  review: Review,
): Promise<Change> {
  if (untrustedAssertion === undefined) {
    if (needsAssertion(user, review)) throw new ServiceError('ERR_ASSERTION_REQUIRED');
    return (same) => same;
  }
  const issuedAtMs = review.expiresAtMs - REVIEW_LIFETIME_MS;
  const challenge = { bytes: assertionChallengeOf(review), issuedAtMs };
  return verifyAssertion(user, untrustedAssertion, challenge);
}

const MAX_ORIGINS = 100;

function approve(user: UserDocument, appOrigin: string): UserDocument {
  if (user.approvedOrigins.includes(appOrigin)) return user;
  return {
    ...user,
    approvedOrigins: [...user.approvedOrigins.slice(1 - MAX_ORIGINS), appOrigin],
  };
}

async function signTaken(
  context: ReviewedContext,
  { user, session, budgetMs, untrustedAssertion }: ReviewedRequest,
  review: Review,
  useCredential: Change,
): Promise<SignResult> {
  const { clock, signing } = context;
  const { payload, request, appOrigin, id } = review;
  const { address, id: keyId } = requireActiveKey(user, review.keyId);
  if (request.kind === 'sign-in') requireTime(request.message, clock());
  const decision = decide({ payload, address, via: 'review', ownHost: signing.ownHost });
  const asker = { userId: user.userId, sessionId: session.id, keyId, via: 'review' } as const;
  if (decision.effect !== 'sign') return refusePayload(context, asker, payload, decision);
  return signPayload(context, {
    ...asker,
    payload,
    decision,
    reviewId: id,
    appOrigin,
    // Under the lock: a passkey that was added meanwhile is asked for as well.
    change: (known) => {
      if (untrustedAssertion === undefined && needsAssertion(known, review)) {
        throw new ServiceError('ERR_ASSERTION_REQUIRED');
      }
      return approve(useCredential(known), appOrigin);
    },
    hook: review.sideEffects === null ? 'not-shown' : 'run',
    budgetMs,
  });
}
