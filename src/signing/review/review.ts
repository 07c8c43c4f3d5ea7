/**
 * Creates reviews. A review is the bytes to be signed, the app that asks, and what the person is
 * shown about them.
 *
 * `digest` is SHA-256 over the canonical JSON (RFC 8785) of these members:
 *
 * | member                     | value                                                              |
 * | -------------------------- | ------------------------------------------------------------------ |
 * | `purpose`                  | `sealwright.review.v1`                                             |
 * | `reviewId`, `appOrigin`    | as in the response                                                 |
 * | `keyId`, `address`         | the key that will sign                                             |
 * | `payloadSha256`            | of the bytes to be signed, 64 hex digits                           |
 * | `summary`                  | as in the response: the first layer                                |
 * | `statements`, `warnings`   | as in the response: everything that the person is told             |
 * | `sideEffects`, `expiresAt` | as in the response: what else an approval does, and until when     |
 * | `returning`                | as in the response: whether the short screen is shown              |
 *
 * A passkey that approves signs `SHA-256("sealwright.review.v1" ‖ review id ‖ digest)`, with the id
 * as ASCII and the digest as 32 bytes, so its signature approves nothing else.
 */
import { createHash } from 'node:crypto';
import type {
  ReviewReply,
  ReviewSummary,
  SideEffects,
  Statement,
  Warning,
} from '../../api/reviews.js';
import { withAudit } from '../../accounts/audit-trail.js';
import { AuthorizedChange } from '../../accounts/authorized-change.js';
import type { UserDocument, UserKey, UserSession } from '../../accounts/user-document.js';
import type { Users } from '../../accounts/users.js';
import { ServiceError } from '../../errors.js';
import { canonicalJson } from '../../protocol/canonical-json.js';
import { concatBytes, hex, parseHex, sha256Hex, utf8 } from '../../protocol/bytes.js';
import { decide } from '../policy.js';
import { requireActiveKey } from '../require-key.js';
import { refusePayload, type SignContext } from '../sign-payload.js';
import type { SigningRequest } from '../signing-request.js';
import { findReturning } from './find-returning.js';
import type { PendingReview } from './pending-reviews.js';
import type { Reviews } from './reviews.js';
import { requireReviewable } from './require-reviewable.js';
import type { FindSideEffects } from './side-effects.js';
import { describeRights, isGrave } from './statements.js';
import { summarize } from './summary/summarize.js';
import { findWarnings } from './warnings.js';
import { ENGLISH_WORDS, type ReviewWords } from '../../languages/review-words.js';

/** The purpose that the digest and the challenge of a review begin with. */
export const REVIEW_PURPOSE = 'sealwright.review.v1';
/** How long a review can be approved. */
export const REVIEW_LIFETIME_MS = 300_000;

/** A pending review together with what the person is shown. Only the pending review is kept. */
export type Review = PendingReview & {
  readonly request: SigningRequest;
  readonly summary: ReviewSummary | null;
  readonly statements: readonly Statement[];
  readonly warnings: readonly Warning[];
  /** Null if only a signature follows. */
  readonly sideEffects: SideEffects | null;
  /** Null unless the request asks for no more than was approved before. */
  readonly returning: ReviewReply['returning'];
};

/** What reviews depend on. */
export type ReviewContext = {
  readonly users: Users;
  readonly reviews: Reviews;
  readonly findSideEffects: FindSideEffects;
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly signing: SigningSettings;
  readonly reportDecision: SignContext['reportDecision'];
};

/** The settings of signing. */
export type SigningSettings = {
  /** The public host and port of this service. */
  readonly ownHost: string;
  readonly appOrigins: readonly string[];
  readonly chainIds: readonly number[];
};

/** A request for a review. */
export type ReviewAsked = {
  readonly user: UserDocument;
  readonly session: UserSession;
  readonly keyId: string;
  readonly request: SigningRequest;
  readonly appOrigin: string;
  /** The words of the person's language, English by default. */
  readonly words?: ReviewWords;
};

/**
 * Creates a review. Rejects the codes of the policy and of `requireReviewable`,
 * ERR_REVIEW_APP_ORIGIN, ERR_KEY_NOT_FOUND, ERR_KEY_ARCHIVED or ERR_REVIEW_LIMIT.
 */
export async function createReview(context: ReviewContext, asked: ReviewAsked): Promise<Review> {
  const { users, reviews, signing, clock } = context;
  const { appOrigin, user, request } = asked;
  const key = requireActiveKey(user, asked.keyId);
  const nowMs = clock();
  if (!signing.appOrigins.includes(appOrigin)) throw new ServiceError('ERR_REVIEW_APP_ORIGIN');
  const { ownHost, chainIds } = signing;
  const decision = decide({ request, address: key.address, via: 'review', ownHost, nowMs });
  if (decision.effect !== 'sign') {
    const asker = {
      userId: user.userId,
      sessionId: asked.session.id,
      keyId: key.id,
      via: 'review',
    } as const;
    return refusePayload(context, asker, request, decision);
  }
  requireReviewable(request.content, { address: key.address, chainIds, appOrigin, nowMs });
  const { review, pending } = describe(context, asked, key, nowMs);
  await reviews.add(pending);
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

type Shown = Pick<
  Review,
  'request' | 'summary' | 'statements' | 'warnings' | 'sideEffects' | 'returning'
>;

function describe(
  { findSideEffects, randomBytes }: ReviewContext,
  { user, session, request, appOrigin, words = ENGLISH_WORDS }: ReviewAsked,
  key: UserKey,
  nowMs: number,
): { readonly review: Review; readonly pending: PendingReview } {
  const { content, bytes } = request;
  const statements =
    content.kind === 'recap' ? describeRights(content.rights, key.address, words) : [];
  const warnings = findWarnings(content, statements, new URL(appOrigin).host, nowMs, words);
  const sideEffects = findSideEffects(user, key, request);
  const full = summarize(content, warnings, nowMs, { words });
  const asked = { content, appOrigin, key, summary: full, warnings, sideEffects };
  const returning = findReturning(user, asked, nowMs);
  const summary =
    returning === null ? full : summarize(content, warnings, nowMs, { words, length: 'short' });
  const shown: Shown = { request, summary, statements, warnings, sideEffects, returning };
  const facts = {
    id: hex(randomBytes(16)),
    userId: user.userId,
    sessionId: session.id,
    keyId: key.id,
    appOrigin,
    bytes,
    expiresAtMs: nowMs + REVIEW_LIFETIME_MS,
    isGrave: statements.some(isGrave),
    isRed: isRed(shown),
    showsSetUp: sideEffects !== null,
  };
  const pending = { ...facts, digest: digestOf(facts, shown, key.address) };
  return { review: { ...pending, ...shown }, pending };
}

/** Returns whether something that the person is shown is unusual and harmful. */
const isRed = ({ request, summary, sideEffects }: Shown): boolean =>
  request.content.kind === 'bytes' ||
  summary?.lines.some(({ level }) => level === 'danger') === true ||
  (sideEffects !== null && sideEffects.earlierGrants.length + sideEffects.earlierGrantsLeftOut > 0);

function digestOf(
  { id, keyId, appOrigin, bytes, expiresAtMs }: Omit<PendingReview, 'digest'>,
  { summary, statements, warnings, sideEffects, returning }: Shown,
  address: string,
): string {
  const text = canonicalJson({
    purpose: REVIEW_PURPOSE,
    reviewId: id,
    keyId,
    address,
    appOrigin,
    payloadSha256: sha256Hex(bytes),
    summary,
    statements,
    warnings,
    sideEffects,
    returning,
    expiresAt: new Date(expiresAtMs).toISOString(),
  });
  return sha256Hex(text);
}

/** Returns what a passkey signs to approve a review (32 bytes). */
export function assertionChallengeOf({
  id,
  digest,
}: Pick<PendingReview, 'id' | 'digest'>): Uint8Array {
  const bytes = concatBytes(utf8(REVIEW_PURPOSE), utf8(id), parseHex(digest));
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
