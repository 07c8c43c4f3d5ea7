/**
 * Counts the uses of one limit over all replicas of a shared store, at the cost of few writes.
 *
 * Each replica counts its own uses in memory and adds them to a shared counter in blocks of a
 * twentieth of the limit. The reply says what the others have used. A key with few uses therefore
 * causes no write at all, and each replica lets pass at most one block more than the limit: 5 %. A
 * limit below 40 has blocks of one use, so it is exact.
 *
 * | state of a key                         | what a use does                                        |
 * | -------------------------------------- | ------------------------------------------------------ |
 * | fewer uses than a block were not added | is counted in memory                                   |
 * | a block is full                        | waits until the block was added                        |
 * | the limit is reached                   | is refused in memory until the shared window ends      |
 * | the store does not answer              | is counted in memory, and the block is added later     |
 *
 * A database that reports wrong counts can refuse uses. It cannot let more pass than each replica
 * allows by itself.
 */
import type { RateLimit } from './rate-classes.js';
import type { SharedCounters } from './shared-counters.js';
import type { Counted, WindowCounter } from './window-counter.js';

/** A limit has this many blocks. */
const BLOCKS = 20;

/** What this replica knows about a bucket within one window. */
type Uses = {
  endsAtMs: number;
  /** Own uses. */
  own: number;
  /** Own uses that were added to the shared counter. */
  added: number;
  /** Uses of the other replicas, as of the last reply. */
  others: number;
  /** Whether the counter answers, while a block is added. */
  adding: Promise<boolean> | undefined;
};

/** The uses of one limit by bucket. */
export class SharedUses implements WindowCounter {
  readonly #name: string;
  readonly #limit: RateLimit;
  readonly #counters: SharedCounters;
  readonly #monotonicMs: () => number;
  readonly #block: number;
  /** In the order in which their windows were last set. */
  readonly #uses = new Map<string, Uses>();

  /** `name` distinguishes the counters of this limit from those of others. */
  constructor(name: string, limit: RateLimit, counters: SharedCounters, monotonicMs: () => number) {
    this.#name = name;
    this.#limit = limit;
    this.#counters = counters;
    this.#monotonicMs = monotonicMs;
    this.#block = Math.max(1, Math.floor(limit.count / BLOCKS));
  }

  async consume(bucket: string): Promise<Counted> {
    const uses = this.#find(bucket) ?? this.#begin(bucket);
    uses.own += 1;
    const place = uses.own;
    while (this.#mustAdd(uses, place)) {
      uses.adding ??= this.#add(bucket, uses).finally(() => {
        uses.adding = undefined;
      });
      if (!(await uses.adding)) break;
    }
    return this.#counted(uses, place);
  }

  async get(bucket: string): Promise<Counted | null> {
    const uses = this.#find(bucket);
    return uses === undefined ? null : this.#counted(uses, uses.own);
  }

  async reward(bucket: string): Promise<void> {
    const uses = this.#find(bucket);
    if (uses !== undefined) uses.own = Math.max(0, uses.own - 1);
  }

  #counted(uses: Uses, place: number): Counted {
    const msBeforeNext = uses.endsAtMs - this.#monotonicMs();
    return { consumedPoints: place + uses.others, msBeforeNext };
  }

  /** A use that is refused anyway is not added, so it costs no write. */
  #mustAdd({ own, added, others }: Uses, place: number): boolean {
    return place > added && own - added >= this.#block && place + others <= this.#limit.count;
  }

  /** Adds a block. Returns whether the counter has answered. */
  async #add(bucket: string, uses: Uses): Promise<boolean> {
    const { own, added } = uses;
    const name = `${this.#name}/${bucket}`;
    const { windowS } = this.#limit;
    const count = await this.#counters.add(name, own - added, windowS).catch(() => undefined);
    if (count === undefined) return false;
    uses.added = own;
    uses.others = Math.max(0, count.total - own);
    uses.endsAtMs = this.#monotonicMs() + count.leftMs;
    this.#uses.delete(bucket);
    this.#uses.set(bucket, uses);
    return true;
  }

  #find(bucket: string): Uses | undefined {
    const uses = this.#uses.get(bucket);
    return uses !== undefined && uses.endsAtMs > this.#monotonicMs() ? uses : undefined;
  }

  #begin(bucket: string): Uses {
    const nowMs = this.#monotonicMs();
    for (const [name, { endsAtMs }] of this.#uses) {
      if (endsAtMs > nowMs) break;
      this.#uses.delete(name);
    }
    const endsAtMs = nowMs + this.#limit.windowS * 1_000;
    const uses = { endsAtMs, own: 0, added: 0, others: 0, adding: undefined };
    this.#uses.delete(bucket);
    this.#uses.set(bucket, uses);
    return uses;
  }
}
