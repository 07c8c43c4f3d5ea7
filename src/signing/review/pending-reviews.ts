/**
 * Reviews that wait for a person, in memory: five minutes, bounded in number and bytes, gone with the process.
 *
 * A review is used once. It is taken before anything is awaited, so of two requests for one id the second finds it taken; it
 * is put back only where the person's passkey did not fit. A used or expired one is remembered until its time is over, to
 * say which of the two it is.
 */
import { ServiceError } from '../../errors.js';
import type { Review } from './review.js';

const PER_USER = 10;
const MAX_BYTES = 64 * 1024 * 1024;
const KEEP_MS = 600_000;

type Entry = {
  readonly review: Review;
  state: 'open' | 'taken' | 'used';
};

export type Claim = {
  readonly userId: string;
  readonly keyId: string;
  /** What the asker takes the app to be, where it says so. */
  readonly appOrigin?: string | undefined;
  /** The bytes that the asker takes to be reviewed, where it sends them. */
  readonly payload?: Uint8Array | undefined;
};

const sizeOf = ({ payload }: Review): number => payload.length + 4_096;
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export class PendingReviews {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  /** Throws ERR_REVIEW_LIMIT. */
  add(review: Review, nowMs: number): void {
    this.#sweep(nowMs);
    const own = [...this.#entries.values()].filter(
      ({ review: each, state }) => each.userId === review.userId && state !== 'used',
    );
    if (own.length >= PER_USER) this.#remove(own[0]?.review.id ?? '');
    if (this.#bytes + sizeOf(review) > MAX_BYTES) throw new ServiceError('ERR_REVIEW_LIMIT');
    this.#bytes += sizeOf(review);
    this.#entries.set(review.id, { review, state: 'open' });
  }

  /** Reads a review without taking it. Throws ERR_REVIEW_NOT_FOUND. */
  get(id: string, userId: string): Review {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.review.userId !== userId) {
      throw new ServiceError('ERR_REVIEW_NOT_FOUND');
    }
    return entry.review;
  }

  /**
   * Takes a review. Throws ERR_REVIEW_NOT_FOUND for one of another user as for one that never was; to its own user
   * ERR_REVIEW_USED, ERR_REVIEW_EXPIRED, ERR_REVIEW_OTHER_KEY, ERR_REVIEW_OTHER_ORIGIN or ERR_REVIEW_OTHER_BYTES.
   */
  take(id: string, claim: Claim, nowMs: number): Review {
    const review = this.get(id, claim.userId);
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.state !== 'open') throw new ServiceError('ERR_REVIEW_USED');
    if (review.expiresAtMs <= nowMs) throw new ServiceError('ERR_REVIEW_EXPIRED');
    if (review.keyId !== claim.keyId) throw new ServiceError('ERR_REVIEW_OTHER_KEY');
    if (claim.appOrigin !== undefined && claim.appOrigin !== review.appOrigin) {
      throw new ServiceError('ERR_REVIEW_OTHER_ORIGIN');
    }
    if (claim.payload !== undefined && !isSame(claim.payload, review.payload)) {
      throw new ServiceError('ERR_REVIEW_OTHER_BYTES');
    }
    entry.state = 'taken';
    return review;
  }

  /** After a passkey that did not fit. */
  putBack(id: string): void {
    const entry = this.#entries.get(id);
    if (entry?.state === 'taken') entry.state = 'open';
  }

  /** It was signed, or will never be. */
  spend(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.state = 'used';
  }

  #sweep(nowMs: number): void {
    // In the order of their making, and all live equally long.
    for (const [id, { review }] of this.#entries) {
      if (review.expiresAtMs + KEEP_MS > nowMs) return;
      this.#remove(id);
    }
  }

  #remove(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#bytes -= sizeOf(entry.review);
    this.#entries.delete(id);
  }
}
