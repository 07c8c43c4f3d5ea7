const CAPACITY = 11;
const REFILL_PER_SECOND = 1;

/** A token bucket for each client address: 11 public reads at once, then one per second. */
export class RateLimit {
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  /** Takes a token. Returns false if there is none. */
  take(address: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(address) ?? { tokens: CAPACITY, atMs: nowMs };
    const elapsedSeconds = Math.max(0, nowMs - bucket.atMs) / 1000;
    const tokens = Math.min(CAPACITY, bucket.tokens + elapsedSeconds * REFILL_PER_SECOND);
    const isAllowed = tokens >= 1;
    this.#buckets.set(address, { tokens: isAllowed ? tokens - 1 : tokens, atMs: nowMs });
    return isAllowed;
  }
}
