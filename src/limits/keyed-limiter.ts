/**
 * One limit, counted on each key apart, in memory that is bounded whatever keys come.
 *
 * A key has a bucket of its own while fewer than `MAX_OWN` of them have one. After that, newcomers share the bucket of
 * their coarser key (of addresses the network, of accounts a thousandth of them), and where there are too many of those
 * too, one for all. Nothing is ever evicted before its window ends: whoever is blocked stays so, however many addresses an
 * attacker can show, and who was there before the flood keeps a bucket of his own.
 *
 * The counting is the library's. It sets a timer for each key and reads the system's clock; so does this.
 */
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimit } from './rate-classes.js';

export type LimitedKey = { readonly own: string; readonly coarse: string };

/** How a key stands; `remaining` and `resetMs` as the `RateLimit` field tells them. */
export type Standing = {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Until the window ends. */
  readonly resetMs: number;
  /** Gives back what was taken, in the same window only. */
  readonly giveBack: () => void;
};

export const MAX_OWN = 16_384;
export const MAX_COARSE = 4_096;
const REST = 'rest';

export class KeyedLimiter {
  readonly limit: RateLimit;
  readonly #clock: () => number;
  readonly #memory: RateLimiterMemory;
  /** When each bucket's window ends, in the order of that: they are all equally long. */
  readonly #own = new Map<string, number>();
  readonly #coarse = new Map<string, number>();

  /** `clock`: of the system, which is what the library reads. */
  constructor(limit: RateLimit, clock: () => number) {
    this.limit = limit;
    this.#clock = clock;
    this.#memory = new RateLimiterMemory({
      points: limit.count,
      duration: limit.windowS,
      keyPrefix: '',
    });
  }

  /** Buckets in memory; never more than `MAX_OWN + MAX_COARSE + 1`. */
  get size(): number {
    this.#sweep();
    return this.#own.size + this.#coarse.size;
  }

  /** Counts one. */
  async take(key: LimitedKey): Promise<Standing> {
    const bucket = this.#bucketOf(key, true);
    const result = await this.#memory.consume(bucket).catch(ensureResult);
    return this.#standing(result, result.consumedPoints <= this.limit.count, bucket);
  }

  /** How the key stands, without counting: whether the next `take` would be allowed. */
  async look(key: LimitedKey): Promise<Standing> {
    const bucket = this.#bucketOf(key, false);
    const result = await this.#memory.get(bucket);
    if (result === null || result.msBeforeNext <= 0) {
      return this.#standing({ consumedPoints: 0, msBeforeNext: 0 }, true, bucket);
    }
    return this.#standing(result, result.consumedPoints < this.limit.count, bucket);
  }

  #standing(
    { consumedPoints, msBeforeNext }: Pick<RateLimiterRes, 'consumedPoints' | 'msBeforeNext'>,
    allowed: boolean,
    bucket: string,
  ): Standing {
    const endsAtMs = this.#clock() + msBeforeNext;
    return {
      allowed,
      remaining: Math.max(0, this.limit.count - consumedPoints),
      resetMs: Math.max(0, msBeforeNext),
      giveBack: () => {
        if (this.#clock() < endsAtMs) void this.#memory.reward(bucket);
      },
    };
  }

  /** The bucket that counts for a key now; with `claim` it is noted as used. */
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
    return this.#clock() + this.limit.windowS * 1_000;
  }

  #sweep(): void {
    const nowMs = this.#clock();
    for (const buckets of [this.#own, this.#coarse]) {
      for (const [name, endsAtMs] of buckets) {
        if (endsAtMs > nowMs) break;
        buckets.delete(name);
      }
    }
  }
}

/** The library rejects with a result where the count is over. */
function ensureResult(rejected: unknown): RateLimiterRes {
  if (isResult(rejected)) return rejected;
  throw rejected;
}

function isResult(value: unknown): value is RateLimiterRes {
  return typeof value === 'object' && value !== null && 'consumedPoints' in value;
}
