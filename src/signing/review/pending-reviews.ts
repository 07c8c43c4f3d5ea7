/**
 * Holds reviews in memory while they wait for a person: for five minutes, limited in number and
 * bytes, and lost when the process ends.
 *
 * This class owns the state of each review:
 *
 * | state   | meaning                                        | ends with                                         |
 * | ------- | ---------------------------------------------- | ------------------------------------------------- |
 * | `open`  | the person may approve it                      | `take`, or its expiry                             |
 * | `taken` | an approval is being verified                  | `spend`, or `putBack` after a failed passkey      |
 * | `ended` | it was used or has expired; its bytes are gone | KEEP_MS after its expiry, when it becomes unknown |
 *
 * A review is taken before anything is awaited, so the second of two requests for one id finds it
 * taken. Only the bytes and a few members are kept; the bytes are parsed again when they are
 * signed.
 */
import type { UserSession } from '../../accounts/user-document.js';
import { ServiceError } from '../../errors.js';

/** A review that waits for approval. */
export type PendingReview = {
  /** 32 hex digits. */
  readonly id: string;
  readonly userId: string;
  /** The session that asked. The review ends with it. */
  readonly sessionId: string;
  readonly keyId: string;
  readonly appOrigin: string;
  /** The bytes to sign. */
  readonly bytes: Uint8Array;
  /** SHA-256 over everything that was shown, as 64 hex digits. */
  readonly digest: string;
  readonly expiresAtMs: number;
  /** Whether it grants rights that a passkey must confirm each time. */
  readonly isGrave: boolean;
  /**
   * Whether something about it is unusual and harmful, so that only a passkey's own approval
   * counts.
   */
  readonly isRed: boolean;
  /** Whether the person was shown that an approval sets up the account. */
  readonly showsSetUp: boolean;
};

/** What a request for a signature claims about the review that it names. */
export type Claim = {
  readonly userId: string;
  readonly keyId: string;
  /** The app, if the request names it. */
  readonly appOrigin?: string | undefined;
  /** The bytes, if the request carries them. */
  readonly bytes?: Uint8Array | undefined;
  /** The sessions of the user. On a shared store, the one that asked must be among them. */
  readonly sessions?: readonly UserSession[] | undefined;
};

/** The clock and the timer of reviews. */
export type ReviewTimer = {
  readonly clock: () => number;
  /** Runs a task once after a delay and does not keep the process alive. */
  readonly schedule: (task: () => void, delayMs: number) => void;
};

type Entry =
  | { readonly state: 'open' | 'taken'; readonly review: PendingReview }
  | { readonly state: 'ended'; readonly review: EndedReview };
type EndedReview = Pick<PendingReview, 'id' | 'userId' | 'sessionId' | 'expiresAtMs'> & {
  readonly code: 'ERR_REVIEW_USED' | 'ERR_REVIEW_EXPIRED';
};

/** How many open reviews a user can have. */
export const PER_USER = 10;
/** The memory that all pending reviews may use together. */
export const MAX_PENDING_BYTES = 64 * 1024 * 1024;
/** How long an ended review is kept, so that its error states whether it was used or expired. */
export const KEEP_MS = 600_000;
/**
 * The memory that an entry uses besides its bytes, measured and rounded up. An ended entry has no
 * bytes and fewer members.
 */
const ENTRY_BYTES = 2_048;
const ENDED_BYTES = 1_024;

const sizeOf = ({ state, review }: Entry): number =>
  state === 'ended' ? ENDED_BYTES : ENTRY_BYTES + review.bytes.length;
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** The pending reviews of this process. */
export class PendingReviews {
  readonly #timer: ReviewTimer;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #isScheduled = false;

  constructor(timer: ReviewTimer) {
    this.#timer = timer;
  }

  /** Returns the memory that all entries use, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds an open review. A user's eleventh review replaces the oldest one. Throws ERR_REVIEW_LIMIT.
   */
  add(review: PendingReview): void {
    this.#sweep();
    const own = [...this.#entries.values()].filter(
      ({ review: each, state }) => each.userId === review.userId && state !== 'ended',
    );
    const oldest = own.length < PER_USER ? undefined : own[0];
    if (oldest !== undefined) this.#set(oldest.review.id, undefined);
    const entry: Entry = { review, state: 'open' };
    if (this.#bytes + sizeOf(entry) > MAX_PENDING_BYTES) throw new ServiceError('ERR_REVIEW_LIMIT');
    this.#set(review.id, entry);
    this.#schedule();
  }

  /**
   * Takes a review. Throws ERR_REVIEW_NOT_FOUND for another user's review as for an unknown one,
   * and to its own user ERR_REVIEW_USED, ERR_REVIEW_EXPIRED, ERR_REVIEW_OTHER_KEY,
   * ERR_REVIEW_OTHER_ORIGIN or ERR_REVIEW_OTHER_BYTES.
   */
  take(id: string, claim: Claim): PendingReview {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.review.userId !== claim.userId) {
      throw new ServiceError('ERR_REVIEW_NOT_FOUND');
    }
    if (entry.state === 'ended') throw new ServiceError(entry.review.code);
    if (entry.state === 'taken') throw new ServiceError('ERR_REVIEW_USED');
    const { review } = entry;
    if (review.expiresAtMs <= this.#timer.clock()) throw new ServiceError('ERR_REVIEW_EXPIRED');
    requireClaim(review, claim);
    this.#set(id, { review, state: 'taken' });
    return review;
  }

  /** Opens a taken review again, after a passkey check failed. */
  putBack(id: string): void {
    const entry = this.#entries.get(id);
    if (entry?.state === 'taken') this.#set(id, { ...entry, state: 'open' });
  }

  /** Ends a review that was signed or can no longer be signed. */
  spend(id: string): void {
    this.#end(id, 'ERR_REVIEW_USED');
  }

  /** Removes the reviews of a session that ended. */
  dropSession(sessionId: string): void {
    for (const [id, { review }] of this.#entries) {
      if (review.sessionId === sessionId) this.#set(id, undefined);
    }
  }

  /** Removes a user's reviews of an app that the person stopped. */
  dropApp(userId: string, appOrigin: string): void {
    for (const [id, { review, state }] of this.#entries) {
      if (state !== 'ended' && review.userId === userId && review.appOrigin === appOrigin) {
        this.#set(id, undefined);
      }
    }
  }

  #end(id: string, code: EndedReview['code']): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.state === 'ended') return;
    const { userId, sessionId, expiresAtMs } = entry.review;
    this.#set(id, { state: 'ended', review: { id, userId, sessionId, expiresAtMs, code } });
  }

  /** Ends expired reviews, and removes those that ended long ago. */
  #sweep(): void {
    const nowMs = this.#timer.clock();
    for (const [id, { review, state }] of this.#entries) {
      if (review.expiresAtMs + KEEP_MS <= nowMs) this.#set(id, undefined);
      else if (review.expiresAtMs <= nowMs && state === 'open') this.#end(id, 'ERR_REVIEW_EXPIRED');
    }
  }

  /** Schedules a sweep for when the next entry is due, and repeats while there are entries. */
  #schedule(): void {
    if (this.#isScheduled || this.#entries.size === 0) return;
    this.#isScheduled = true;
    const nowMs = this.#timer.clock();
    const due = [...this.#entries.values()].map(({ state, review: { expiresAtMs } }) =>
      state === 'ended' ? expiresAtMs + KEEP_MS : expiresAtMs,
    );
    const delayMs = Math.max(Math.min(...due) - nowMs, 1_000);
    this.#timer.schedule(() => {
      this.#isScheduled = false;
      this.#sweep();
      this.#schedule();
    }, delayMs);
  }

  #set(id: string, entry: Entry | undefined): void {
    const before = this.#entries.get(id);
    this.#bytes += (entry === undefined ? 0 : sizeOf(entry)) - (before ? sizeOf(before) : 0);
    if (entry === undefined) this.#entries.delete(id);
    else this.#entries.set(id, entry);
  }
}

/** Throws ERR_REVIEW_OTHER_* if a request claims something else than the review says. */
export function requireClaim(review: PendingReview, { keyId, appOrigin, bytes }: Claim): void {
  if (review.keyId !== keyId) throw new ServiceError('ERR_REVIEW_OTHER_KEY');
  if (appOrigin !== undefined && appOrigin !== review.appOrigin) {
    throw new ServiceError('ERR_REVIEW_OTHER_ORIGIN');
  }
  if (bytes !== undefined && !isSame(bytes, review.bytes)) {
    throw new ServiceError('ERR_REVIEW_OTHER_BYTES');
  }
}
