import type { RunRecord, RunSubject } from './run-record.js';

type Entry = { readonly startedAtMs: number; readonly subject: RunSubject };

/** Collects the oldest runs of a listing, at most `limit`, with memory bounded by `limit`. */
export class UntendedRuns {
  readonly #limit: number;
  #entries: Entry[] = [];
  #hasMore = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds a run and drops the newest ones beyond the limit. */
  add({ run, subject }: RunRecord): void {
    this.#entries.push({ startedAtMs: run.startedAtMs, subject });
    if (this.#entries.length > 2 * this.#limit) this.#cut();
  }

  /** The accounts of the oldest runs, oldest first. */
  get oldest(): readonly RunSubject[] {
    this.#cut();
    return this.#entries.map(({ subject }) => subject);
  }

  /** Whether there are more runs than the limit. */
  get hasMore(): boolean {
    return this.#hasMore || this.#entries.length > this.#limit;
  }

  #cut(): void {
    this.#entries.sort((a, b) => a.startedAtMs - b.startedAtMs);
    this.#hasMore ||= this.#entries.length > this.#limit;
    this.#entries.length = Math.min(this.#entries.length, this.#limit);
  }
}
