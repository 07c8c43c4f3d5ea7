/**
 * A review: the bytes that are to be signed, who asks, and what a person was told of them.
 *
 * `digest = SHA-256` over the canonical JSON of everything below but the payload, which is in it by its hash. A passkey that
 * approves signs `SHA-256("sealwright.review.v1" ‖ review id ‖ digest)`, the id as ASCII, the digest as 32 bytes: it can
 * approve nothing else.
 */
import { createHash } from 'node:crypto';
import { withAudit } from '../../accounts/audit-trail.js';
import { AuthorizedChange } from '../../accounts/authorized-change.js';
import type { UserDocument, UserSession } from '../../accounts/user-document.js';
import type { Users } from '../../accounts/users.js';
import { ServiceError } from '../../errors.js';
import { canonicalJson } from '../../protocol/canonical-json.js';
import { concatBytes, hex, parseHex, utf8 } from '../../protocol/bytes.js';
import { type MessageFormat, payloadOf } from '../payload.js';
import { decide } from '../policy.js';
import { requireActiveKey } from '../require-key.js';
import { refusePayload, type SignContext } from '../sign-payload.js';
import type { PendingReviews } from './pending-reviews.js';
import { type ReadRequest, readRequest } from './read-request.js';
import type { FindSideEffects, SideEffects } from './side-effects.js';
import { describeRecap, isGrave, type Statement } from './statements.js';
import { findWarnings, type Warning } from './warnings.js';

export const REVIEW_PURPOSE = 'sealwright.review.v1';
export const REVIEW_LIFETIME_MS = 300_000;

export type Review = {
  /** 32 hex digits. */
  readonly id: string;
  readonly userId: string;
  readonly keyId: string;
  readonly appOrigin: string;
  readonly payload: Uint8Array;
  readonly request: ReadRequest;
  readonly statements: readonly Statement[];
  readonly warnings: readonly Warning[];
  /** What was shown; null where nothing but a signature follows. */
  readonly sideEffects: SideEffects | null;
  /** 64 hex digits. */
  readonly digest: string;
  readonly expiresAtMs: number;
};

export type ReviewContext = {
  readonly users: Users;
  readonly reviews: PendingReviews;
  readonly findSideEffects: FindSideEffects;
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly signing: SigningSettings;
  readonly reportDecision: SignContext['reportDecision'];
};

export type SigningSettings = {
  /** Host and port of this service. */
  readonly ownHost: string;
  readonly appOrigins: readonly string[];
  readonly chainIds: readonly number[];
};

export type ReviewAsked = {
  readonly user: UserDocument;
  readonly session: UserSession;
  readonly keyId: string;
  readonly message: string;
  readonly format: MessageFormat;
  readonly appOrigin: string;
};

/**
 * Reads a request for a person. Rejects the codes of the policy and of `readRequest`, ERR_REVIEW_APP_ORIGIN,
 * ERR_KEY_NOT_FOUND, ERR_KEY_ARCHIVED or ERR_REVIEW_LIMIT.
 */
export async function createReview(context: ReviewContext, asked: ReviewAsked): Promise<Review> {
  const { users, reviews, signing, clock, randomBytes } = context;
  const { appOrigin, user } = asked;
  const key = requireActiveKey(user, asked.keyId);
  const payload = payloadOf(asked.message, asked.format);
  if (!signing.appOrigins.includes(appOrigin)) throw new ServiceError('ERR_REVIEW_APP_ORIGIN');
  const { ownHost } = signing;
  const decision = decide({ payload, address: key.address, via: 'review', ownHost });
  if (decision.effect !== 'sign') {
    const asker = {
      userId: user.userId,
      sessionId: asked.session.id,
      keyId: key.id,
      via: 'review',
    } as const;
    return refusePayload(context, asker, payload, decision);
  }
  const nowMs = clock();
  const rules = { address: key.address, chainIds: signing.chainIds, appOrigin, nowMs };
  const request = readRequest(payload, rules);
  const statements =
    request.kind === 'sign-in' && request.recap !== undefined
      ? describeRecap(request.recap, key.address)
      : [];
  const facts = {
    id: hex(randomBytes(16)),
    userId: user.userId,
    keyId: key.id,
    appOrigin,
    payload,
    request,
    statements,
    warnings: findWarnings(request, statements, nowMs),
    sideEffects: context.findSideEffects(user, key, payload),
    expiresAtMs: nowMs + REVIEW_LIFETIME_MS,
  };
  const review: Review = { ...facts, digest: digestOf(facts, key.address) };
  reviews.add(review, nowMs);
  await users.update(
    AuthorizedChange.bySession(asked, 'review', ({ user: known }) =>
      withAudit(known, nowMs, 'review-created', {
        reviewId: review.id,
        keyId: key.id,
        digest: review.digest,
        appOrigin,
        ruleId: decision.ruleId,
      }),
    ),
  );
  return review;
}

function digestOf(review: Omit<Review, 'digest'>, address: string): string {
  const { id, keyId, appOrigin, payload, statements, warnings, sideEffects, expiresAtMs } = review;
  const text = canonicalJson({
    purpose: REVIEW_PURPOSE,
    reviewId: id,
    keyId,
    address,
    appOrigin,
    payloadSha256: createHash('sha256').update(payload).digest('hex'),
    statements: statements.map((each) => ({ ...each, abilities: [...each.abilities] })),
    warnings: warnings.map((each) => ({ ...each })),
    sideEffects: sideEffects === null ? null : plain(sideEffects),
    expiresAt: new Date(expiresAtMs).toISOString(),
  });
  return createHash('sha256').update(text).digest('hex');
}

const plain = (effects: SideEffects): object => ({
  ...effects,
  spaces: [...effects.spaces],
  earlierGrants: effects.earlierGrants.map((grant) => ({ ...grant, spaces: [...grant.spaces] })),
});

/** What a passkey signs to approve a review (32 bytes). */
export function assertionChallengeOf({ id, digest }: Pick<Review, 'id' | 'digest'>): Uint8Array {
  const bytes = concatBytes(utf8(REVIEW_PURPOSE), utf8(id), parseHex(digest));
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** A person with a passkey confirms with it what is grave, and the first request of an app. */
export function needsAssertion(user: UserDocument, review: Review): boolean {
  const hasPasskey = user.credentials.some(
    (each) => each.kind === 'passkey' && each.clonedAtMs === undefined,
  );
  const isFirst = !user.approvedOrigins.includes(review.appOrigin);
  return hasPasskey && (isFirst || review.statements.some(isGrave));
}
