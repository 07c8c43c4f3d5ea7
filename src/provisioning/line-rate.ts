/** How long runs take, until that is known, and how long after the one before they end. */
const FIRST_GUESS = { durationMs: 2_000, intervalMs: 250 };
/** The part of the last value in an average. */
const SHARE = 0.2;

const average = (usual: number, last: number): number => usual + SHARE * (last - usual);

/** How long the runs of a line take and how quickly they follow each other, by the last ones. */
export class LineRate {
  #durationMs = FIRST_GUESS.durationMs;
  #intervalMs = FIRST_GUESS.intervalMs;
  #lastEndMs: number | undefined;

  get durationMs(): number {
    return this.#durationMs;
  }

  get runsPerSecond(): number {
    return 1_000 / this.#intervalMs;
  }

  /**
   * In how many milliseconds a run is complete that waits behind `ahead` others, if all may begin.
   */
  expectedMs(ahead: number): number {
    return (ahead + 1) * this.#intervalMs + this.#durationMs;
  }

  /** Notes a complete run. Both times are monotonic. */
  noteEnd(sinceMs: number, nowMs: number): void {
    this.#durationMs = average(this.#durationMs, nowMs - sinceMs);
    if (this.#lastEndMs !== undefined) {
      this.#intervalMs = average(this.#intervalMs, Math.max(1, nowMs - this.#lastEndMs));
    }
    this.#lastEndMs = nowMs;
  }

  /** Notes that no run executes. The next one ends late because it begins late. */
  noteIdle(): void {
    this.#lastEndMs = undefined;
  }
}
