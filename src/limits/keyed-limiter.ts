/**
 * Applies one limit to each key separately, with bounded memory.
 *
 * Up to `MAX_OWN` keys have a bucket of their own. Further keys share the bucket of their coarser
 * key (the network of an address, or about a thousandth of all accounts). If there are more than
 * `MAX_COARSE` of those, the rest share one bucket. No bucket is evicted before its window ends, so
 * a blocked key stays blocked however many addresses an attacker uses, and a key that arrived
 * before a flood keeps its own bucket.
 *
 * Unless a counter is given, the counting is done by rate-limiter-flexible, which ends windows with
 * timers. They do not depend on the system clock, and neither does this: if the system clock is set
 * back, no bucket stays longer than its window.
 */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { RateLimit } from './rate-classes.js';
import type { Counted, WindowCounter } from './window-counter.js';

/** A key with the coarser key it falls back to. */
export type LimitedKey = { readonly own: string; readonly coarse: string };

/** The state of a key. `remaining` and `resetMs` have the meaning of the `RateLimit` field. */
export type Standing = {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Milliseconds until the window ends. */
  readonly resetMs: number;
  /** Returns what was taken. Has no effect after the window has ended. */
  readonly giveBack: () => void;
};

/** The maximum number of keys with a bucket of their own. */
export const MAX_OWN = 16_384;
/** The maximum number of coarse buckets. */
export const MAX_COARSE = 4_096;
const REST = 'rest';

const inMemory = ({ count, windowS }: RateLimit): WindowCounter =>
  new RateLimiterMemory({ points: count, duration: windowS, keyPrefix: '' });

/** Counts the uses of keys within fixed windows. */
export class KeyedLimiter {
  readonly limit: RateLimit;
  readonly #monotonicMs: () => number;
  readonly #counter: WindowCounter;
  /**
   * The end of each bucket's window. Windows have equal length, so the map is in order of their
   * ends.
   */
  readonly #own = new Map<string, number>();
  readonly #coarse = new Map<string, number>();

  /** `monotonicMs` returns milliseconds from any origin, of a clock that is never set. */
  constructor(limit: RateLimit, monotonicMs: () => number, counter = inMemory(limit)) {
    this.limit = limit;
    this.#monotonicMs = monotonicMs;
    this.#counter = counter;
  }

  /** The number of buckets in memory, never more than `MAX_OWN + MAX_COARSE + 1`. */
  get size(): number {
    this.#sweep();
    return this.#own.size + this.#coarse.size;
  }

  /** Counts one use. */
  async take(key: LimitedKey): Promise<Standing> {
    const bucket = this.#bucketOf(key, true);
    const result = await this.#counter.consume(bucket).catch(ensureResult);
    return this.#standing(result, result.consumedPoints <= this.limit.count, bucket);
  }

  /** Returns whether the next `take` would be allowed, without counting a use. */
  async look(key: LimitedKey): Promise<Standing> {
    const bucket = this.#bucketOf(key, false);
    const result = await this.#counter.get(bucket);
    if (result === null || result.msBeforeNext <= 0) {
      return this.#standing({ consumedPoints: 0, msBeforeNext: 0 }, true, bucket);
    }
    return this.#standing(result, result.consumedPoints < this.limit.count, bucket);
  }

  #standing({ consumedPoints, msBeforeNext }: Counted, allowed: boolean, bucket: string): Standing {
    // The library computes it from the system clock, which may have been set back.
    const leftMs = Math.max(0, Math.min(msBeforeNext, this.limit.windowS * 1_000));
    // A clock that is never set has fractions of a millisecond, and replies have none.
    const resetMs = Math.ceil(leftMs);
    const endsAtMs = this.#monotonicMs() + resetMs;
    return {
      allowed,
      remaining: Math.max(0, this.limit.count - consumedPoints),
      resetMs,
      giveBack: () => {
        if (this.#monotonicMs() < endsAtMs) void this.#counter.reward(bucket);
      },
    };
  }

  /** Returns the bucket that counts for a key now. `claim` marks the bucket as used. */
  #bucketOf({ own, coarse }: LimitedKey, claim: boolean): string {
    this.#sweep();
    if (this.#own.has(own)) return own;
    const levels = [
      [this.#own, own, MAX_OWN],
      [this.#coarse, `~${coarse}`, MAX_COARSE],
    ] as const;
    for (const [buckets, name, most] of levels) {
      if (!buckets.has(name) && buckets.size >= most) continue;
      if (claim && !buckets.has(name)) buckets.set(name, this.#windowEndMs());
      return name;
    }
    return REST;
  }

  #windowEndMs(): number {
    return this.#monotonicMs() + this.limit.windowS * 1_000;
  }

  #sweep(): void {
    const nowMs = this.#monotonicMs();
    for (const buckets of [this.#own, this.#coarse]) {
      for (const [name, endsAtMs] of buckets) {
        if (endsAtMs > nowMs) break;
        buckets.delete(name);
      }
    }
  }
}

/** The library rejects with a result if the limit is exceeded. */
function ensureResult(rejected: unknown): Counted {
  if (isResult(rejected)) return rejected;
  throw rejected;
}

function isResult(value: unknown): value is Counted {
  return typeof value === 'object' && value !== null && 'consumedPoints' in value;
}
