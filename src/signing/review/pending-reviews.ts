/**
 * Reviews that wait for a person, in memory: for five minutes, bounded in number and bytes, gone with the process.
 *
 * Owns the state of each review:
 *
 * | state   | meaning                                             | left by                                       |
 * | ------- | --------------------------------------------------- | --------------------------------------------- |
 * | `open`  | the person may approve it                           | `take`; its expiry                            |
 * | `taken` | an approval is being verified                       | `spend`, or `putBack` after a wrong passkey   |
 * | `ended` | it was used or has expired; its bytes are let go of | KEEP_MS after its expiry: then it is unknown  |
 *
 * A review is taken before anything is awaited, so of two requests for one id the second finds it taken. What is kept is the
 * bytes and a few members; what was read in them is parsed again when they are signed.
 */
import { ServiceError } from '../../errors.js';

export type PendingReview = {
  /** 32 hex digits. */
  readonly id: string;
  readonly userId: string;
  /** The session that asked; the review ends with it. */
  readonly sessionId: string;
  readonly keyId: string;
  readonly appOrigin: string;
  /** What is signed. */
  readonly bytes: Uint8Array;
  /** SHA-256 over everything that was shown, 64 hex digits. */
  readonly digest: string;
  readonly expiresAtMs: number;
  /** Whether it grants what a person with a passkey confirms each time. */
  readonly isGrave: boolean;
  /** Whether the person was shown that an approval sets up the account. */
  readonly showsSetUp: boolean;
};

/** What a request for a signature says about the review that it names. */
export type Claim = {
  readonly userId: string;
  readonly keyId: string;
  /** The app, where the request names it. */
  readonly appOrigin?: string | undefined;
  /** The bytes, where the request carries them. */
  readonly bytes?: Uint8Array | undefined;
};

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

const PER_USER = 10;
export const MAX_PENDING_BYTES = 64 * 1024 * 1024;
/** How long an ended review is remembered, to say which of the two ends it met. */
const KEEP_MS = 600_000;
/** What an entry takes besides its bytes, measured and rounded up; an ended one has no bytes and fewer members. */
const ENTRY_BYTES = 2_048;
const ENDED_BYTES = 1_024;

const sizeOf = ({ state, review }: Entry): number =>
  state === 'ended' ? ENDED_BYTES : ENTRY_BYTES + review.bytes.length;
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export class PendingReviews {
  readonly #timer: ReviewTimer;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #isScheduled = false;

  constructor(timer: ReviewTimer) {
    this.#timer = timer;
  }

  /** What all entries take in memory, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds an open review; a user's oldest gives way to the eleventh. Throws ERR_REVIEW_LIMIT. */
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
   * Takes a review. Throws ERR_REVIEW_NOT_FOUND for one of another user as for one that never was; to its own user
   * ERR_REVIEW_USED, ERR_REVIEW_EXPIRED, ERR_REVIEW_OTHER_KEY, ERR_REVIEW_OTHER_ORIGIN or ERR_REVIEW_OTHER_BYTES.
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

  /** Opens a taken review again, after a passkey that did not fit. */
  putBack(id: string): void {
    const entry = this.#entries.get(id);
    if (entry?.state === 'taken') this.#set(id, { ...entry, state: 'open' });
  }

  /** Ends a review that was signed, or will never be. */
  spend(id: string): void {
    this.#end(id, 'ERR_REVIEW_USED');
  }

  /** Forgets the reviews of a session that ended. */
  dropSession(sessionId: string): void {
    for (const [id, { review }] of this.#entries) {
      if (review.sessionId === sessionId) this.#set(id, undefined);
    }
  }

  #end(id: string, code: EndedReview['code']): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.state === 'ended') return;
    const { userId, sessionId, expiresAtMs } = entry.review;
    this.#set(id, { state: 'ended', review: { id, userId, sessionId, expiresAtMs, code } });
  }

  /** Ends what has expired and forgets what ended long ago. */
  #sweep(): void {
    const nowMs = this.#timer.clock();
    for (const [id, { review, state }] of this.#entries) {
      if (review.expiresAtMs + KEEP_MS <= nowMs) this.#set(id, undefined);
      else if (review.expiresAtMs <= nowMs && state === 'open') this.#end(id, 'ERR_REVIEW_EXPIRED');
    }
  }

  /** Sweeps when the next entry is due, and goes on as long as there are any. */
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

function requireClaim(review: PendingReview, { keyId, appOrigin, bytes }: Claim): void {
  if (review.keyId !== keyId) throw new ServiceError('ERR_REVIEW_OTHER_KEY');
  if (appOrigin !== undefined && appOrigin !== review.appOrigin) {
    throw new ServiceError('ERR_REVIEW_OTHER_ORIGIN');
  }
  if (bytes !== undefined && !isSame(bytes, review.bytes)) {
    throw new ServiceError('ERR_REVIEW_OTHER_BYTES');
  }
}
