/**
 * Estimates how far the node's clock is ahead of ours, from the `Date` header of its replies.
 *
 * The estimate is the median of the last samples, so one odd reply changes nothing. A sample
 * compares the node's time with a clock that is never set, at the middle of the request. When our
 * own clock is set, the estimate therefore follows at once. Only the times of tokens depend on it,
 * and only within MAX_CORRECTION_MS: nothing else believes the node.
 */

/**
 * A node accepts a token that expires in (now, now + 300 s] by its own clock, without leeway.
 * Tokens expire in the middle of that window, so the two clocks may differ by this much in either
 * direction.
 */
export const CLOCK_TOLERANCE_MS = 150_000;

/** The most by which the times of tokens follow the node's clock, in either direction. */
export const MAX_CORRECTION_MS = 150_000;

/** The largest difference of the two clocks with which tokens are accepted. */
export const MAX_CLOCK_OFFSET_MS = CLOCK_TOLERANCE_MS + MAX_CORRECTION_MS;

const SAMPLES = 5;
/** A `Date` header has whole seconds, so the node's time is half a second later on average. */
const HALF_SECOND_MS = 500;

/** The clocks of this process. */
export type OwnClocks = {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds from any origin. Unlike the clock, it is never set. */
  readonly monotonicMs: () => number;
};

/** The clock of one node. */
export class NodeClock {
  readonly #own: OwnClocks;
  #samples: readonly number[] = [];

  constructor(own: OwnClocks) {
    this.#own = own;
  }

  /** Notes the time of a reply that has just arrived. `sentAtMs` is monotonic. */
  note(dateMs: number | undefined, sentAtMs: number): void {
    if (dateMs === undefined) return;
    const middleMs = (sentAtMs + this.#own.monotonicMs()) / 2;
    const sample = dateMs + HALF_SECOND_MS - middleMs;
    this.#samples = [...this.#samples, sample].slice(-SAMPLES);
  }

  /** Forgets all samples. */
  forget(): void {
    this.#samples = [];
  }

  /** How far the node is ahead of our clock, in milliseconds. Undefined before the first reply. */
  get offsetMs(): number | undefined {
    const sorted = this.#samples.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    if (median === undefined) return undefined;
    return median + this.#own.monotonicMs() - this.#own.clock();
  }

  /** Whether the clocks differ too much for any token. */
  get isOutOfReach(): boolean {
    return Math.abs(this.offsetMs ?? 0) > MAX_CLOCK_OFFSET_MS;
  }

  /**
   * What to add to our time for the times of a token. It is zero for a clock out of reach: no
   * correction would help, and a proxy may write a `Date` that is not the node's.
   */
  get correctionMs(): number {
    if (this.isOutOfReach) return 0;
    return Math.max(-MAX_CORRECTION_MS, Math.min(this.offsetMs ?? 0, MAX_CORRECTION_MS));
  }
}
