/**
 * Quotes for callers' nonces. A quote takes the enclave tens of milliseconds, so nonces that arrive
 * while quotes are being made wait and share the next one. A nonce that nobody shares is quoted as
 * it is.
 *
 * Quotes that are made at the same time begin evenly spaced, by what the shortest of the latest
 * ones took: a busy process sees the end of a quote late. Without that, of many callers who arrive
 * together the first two would each occupy a quote alone, and all others would wait for a whole one
 * before their own begins.
 */
import { ServiceError } from '../errors.js';

/** Quotes one or more nonces. Resolves to one result for each, in their order. */
export type QuoteAll<T> = (nonces: readonly string[]) => Promise<readonly T[]>;

/** The bounds of the queue. */
export type QuoteBounds = {
  readonly atOnce: number;
  /** How many callers may wait. Those beyond it are refused at once. */
  readonly waiting: number;
  readonly retryAfterMs: number;
};

/** How the queue tells time, and runs a task later. */
export type QuoteTiming = {
  readonly monotonicMs: () => number;
  readonly schedule: (task: () => void, delayMs: number) => void;
};

const REAL_TIMING: QuoteTiming = {
  monotonicMs: () => performance.now(),
  schedule: (task, delayMs) => void setTimeout(task, delayMs),
};

type Caller<T> = {
  readonly nonce: string;
  readonly resolve: (result: T) => void;
  readonly reject: (error: unknown) => void;
};

/** By how many quotes the spacing is computed. */
const LATEST = 8;

/**
 * Collects the nonces of callers. Nobody waits for more than a quote under way and the next one.
 */
export class SharedQuotes<T> {
  readonly #quoteAll: QuoteAll<T>;
  readonly #bounds: QuoteBounds;
  readonly #timing: QuoteTiming;
  #waiting: Caller<T>[] = [];
  #underWay = 0;
  #begunAtMs = Number.NEGATIVE_INFINITY;
  /** What the latest quotes took that did not fail. */
  #latestMs: readonly number[] = [];
  #isScheduled = false;

  constructor(quoteAll: QuoteAll<T>, bounds: QuoteBounds, timing = REAL_TIMING) {
    this.#quoteAll = quoteAll;
    this.#bounds = bounds;
    this.#timing = timing;
  }

  /** Resolves to the result for this nonce. Rejects ERR_ATTESTATION_BUSY, or as the quote does. */
  quote(nonce: string): Promise<T> {
    const { waiting, retryAfterMs } = this.#bounds;
    if (this.#waiting.length >= waiting) {
      throw new ServiceError('ERR_ATTESTATION_BUSY', { detail: { retryAfterMs } });
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ nonce, resolve, reject });
      this.#begin();
    });
  }

  #begin(): void {
    if (this.#underWay >= this.#bounds.atOnce || this.#waiting.length === 0) return;
    const nowMs = this.#timing.monotonicMs();
    const earlyMs = this.#begunAtMs + this.#spacingMs() - nowMs;
    if (this.#underWay > 0 && earlyMs > 0) {
      this.#beginIn(earlyMs);
      return;
    }
    const callers = this.#waiting;
    this.#waiting = [];
    this.#underWay += 1;
    this.#begunAtMs = nowMs;
    void this.#serve(callers, nowMs).finally(() => {
      this.#underWay -= 1;
      this.#begin();
    });
  }

  #beginIn(delayMs: number): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#timing.schedule(() => {
      this.#isScheduled = false;
      this.#begin();
    }, delayMs);
  }

  #spacingMs(): number {
    return this.#latestMs.length === 0 ? 0 : Math.min(...this.#latestMs) / this.#bounds.atOnce;
  }

  async #serve(callers: readonly Caller<T>[], begunAtMs: number): Promise<void> {
    try {
      const results = await this.#quoteAll(callers.map(({ nonce }) => nonce));
      const tookMs = this.#timing.monotonicMs() - begunAtMs;
      this.#latestMs = [tookMs, ...this.#latestMs].slice(0, LATEST);
      for (const [at, { resolve, reject }] of callers.entries()) {
        const result = results[at];
        if (result === undefined) reject(new TypeError('a quote without a result for each nonce'));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of callers) reject(error);
    }
  }
}
