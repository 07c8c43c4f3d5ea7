/**
 * Keeps reviews in a shared store while they wait for a person, so that a review that one replica
 * created can be approved on another one.
 *
 * | state   | meaning                             | becomes                                          |
 * | ------- | ----------------------------------- | ------------------------------------------------ |
 * | `open`  | the person may approve it           | `taken` by the one request whose commit succeeds |
 * | `taken` | an approval is being verified       | `used`, or `open` after a failed passkey         |
 * | `used`  | it was signed, or will never be     | removed, KEEP_MS after its expiry                |
 *
 * Each change is a commit at the generation that was read, so of two replicas that take a review at
 * once, one succeeds. A replica that stops in between leaves a taken review, which nobody can use.
 *
 * A replica does not learn at once that another one ended a session or stopped an app. A review
 * therefore counts only if the session that asked is live when it is taken; `signReviewed` checks
 * for stopped apps in the commit of the signature.
 */
import { z } from 'zod';
import { sealedCodec } from '../../accounts/sealed-codec.js';
import type { SealedDocuments } from '../../accounts/sealed-documents.js';
import { isExpired } from '../../accounts/session-rules.js';
import { isStoreName } from '../../accounts/state-store.js';
import {
  type OpenedValue,
  type TypedDocuments,
  typedDocuments,
} from '../../accounts/typed-documents.js';
import { errorCodeOf, ServiceError } from '../../errors.js';
import { decodeBase64url, encodeBase64url } from '../../protocol/base64url.js';
import {
  type Claim,
  KEEP_MS,
  PER_USER,
  type PendingReview,
  requireClaim,
} from './pending-reviews.js';
import type { Reviews } from './reviews.js';

const bytes = z.codec(
  z.string(),
  z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  { decode: (text) => decodeBase64url(text), encode: (value) => encodeBase64url(value) },
);

const storedReview = z.strictObject({
  state: z.enum(['open', 'taken', 'used']),
  review: z.strictObject({
    id: z.string(),
    userId: z.string(),
    sessionId: z.string(),
    keyId: z.string(),
    appOrigin: z.string(),
    bytes,
    digest: z.string(),
    expiresAtMs: z.number().int().nonnegative(),
    isGrave: z.boolean(),
    isRed: z.boolean(),
    showsSetUp: z.boolean(),
  }),
});

type StoredReview = z.infer<typeof storedReview>;
type Opened = OpenedValue<StoredReview> & { readonly documentId: string };

/** The codec of a review. Its id is the id of the user, a hyphen and the id of the review. */
export const reviewCodec = sealedCodec<StoredReview>('review', storedReview);

const NO_BYTES = new Uint8Array();

/** The reviews of all replicas. */
export class StoredReviews implements Reviews {
  readonly #documents: TypedDocuments<StoredReview>;
  readonly #clock: () => number;
  /** The reviews that requests of this process have taken. */
  readonly #taken = new Map<string, Opened>();

  constructor(documents: SealedDocuments, clock: () => number) {
    this.#documents = typedDocuments(documents, reviewCodec);
    this.#clock = clock;
  }

  async add(review: PendingReview): Promise<void> {
    const nowMs = this.#clock();
    const open: Opened[] = [];
    for await (const documentId of this.#documents.list(`${review.userId}-`)) {
      const found = await this.#documents.find(documentId);
      if (found === undefined) continue;
      const { state, review: each } = found.value;
      if (each.expiresAtMs + KEEP_MS <= nowMs) await this.#documents.remove(documentId);
      else if (state !== 'used' && each.expiresAtMs > nowMs) open.push({ ...found, documentId });
    }
    const [oldest] = open.toSorted(
      (a, b) => a.value.review.expiresAtMs - b.value.review.expiresAtMs,
    );
    if (oldest !== undefined && open.length >= PER_USER) {
      await this.#documents.remove(oldest.documentId);
    }
    await this.#documents.commit(idOf(review), 0, { state: 'open', review: { ...review } });
  }

  async take(id: string, claim: Claim): Promise<PendingReview> {
    const documentId = idOf({ id, userId: claim.userId });
    const found = isStoreName(documentId) ? await this.#documents.find(documentId) : undefined;
    if (found === undefined) throw new ServiceError('ERR_REVIEW_NOT_FOUND');
    const { generation, value } = found;
    const { state, review } = value;
    if (state !== 'open') throw new ServiceError('ERR_REVIEW_USED');
    const nowMs = this.#clock();
    if (review.expiresAtMs <= nowMs) throw new ServiceError('ERR_REVIEW_EXPIRED');
    requireClaim(review, claim);
    const asking = claim.sessions?.find((session) => session.id === review.sessionId);
    if (asking === undefined || isExpired(asking, nowMs)) {
      throw new ServiceError('ERR_REVIEW_NOT_FOUND');
    }
    const taken = { state: 'taken', review } as const;
    await this.#change({ documentId, generation, value }, taken);
    this.#taken.set(id, { documentId, generation: generation + 1, value: taken });
    return review;
  }

  async putBack(id: string): Promise<void> {
    const taken = this.#release(id);
    if (taken !== undefined) await this.#change(taken, { ...taken.value, state: 'open' });
  }

  async spend(id: string): Promise<void> {
    const taken = this.#release(id);
    if (taken === undefined) throw new TypeError('The review was not taken.');
    const { review } = taken.value;
    await this.#change(taken, { state: 'used', review: { ...review, bytes: NO_BYTES } });
  }

  async dropApp(): Promise<void> {
    // The commit of a signature rejects a review that is older than the stop of its app.
  }

  /**
   * Removes the reviews of all users that ended long ago. One replica at a time needs to do this.
   */
  async sweep(): Promise<void> {
    for await (const documentId of this.#documents.list()) {
      const found = await this.#documents.find(documentId).catch(() => undefined);
      if (found === undefined) continue;
      const endsAtMs = found.value.review.expiresAtMs + KEEP_MS;
      if (endsAtMs <= this.#clock()) await this.#documents.remove(documentId);
    }
  }

  #release(id: string): Opened | undefined {
    const taken = this.#taken.get(id);
    this.#taken.delete(id);
    return taken;
  }

  async #change({ documentId, generation }: Opened, value: StoredReview): Promise<void> {
    try {
      await this.#documents.commit(documentId, generation, value);
    } catch (error) {
      // Another request has changed it since, on this replica or on another one.
      if (errorCodeOf(error) !== 'ERR_STORE_CONFLICT') throw error;
      throw new ServiceError('ERR_REVIEW_USED');
    }
  }
}

const idOf = ({ id, userId }: Pick<PendingReview, 'id' | 'userId'>): string => `${userId}-${id}`;
