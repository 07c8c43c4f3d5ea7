/**
 * Quotes for callers' nonces. A quote takes the enclave tens of milliseconds, so nonces that arrive
 * while quotes are being made wait and share the next one. A nonce that nobody shares is quoted as
 * it is.
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

type Caller<T> = {
  readonly nonce: string;
  readonly resolve: (result: T) => void;
  readonly reject: (error: unknown) => void;
};

/** Collects the nonces of callers. Nobody waits for more than the quotes under way and the next one. */
export class SharedQuotes<T> {
  readonly #quoteAll: QuoteAll<T>;
  readonly #bounds: QuoteBounds;
  #waiting: Caller<T>[] = [];
  #underWay = 0;

  constructor(quoteAll: QuoteAll<T>, bounds: QuoteBounds) {
    this.#quoteAll = quoteAll;
    this.#bounds = bounds;
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
    const callers = this.#waiting;
    this.#waiting = [];
    this.#underWay += 1;
    void this.#serve(callers).finally(() => {
      this.#underWay -= 1;
      this.#begin();
    });
  }

  async #serve(callers: readonly Caller<T>[]): Promise<void> {
    try {
      const results = await this.#quoteAll(callers.map(({ nonce }) => nonce));
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
