/**
 * Decides which runs execute: at most `atOnce`, in order of arrival. At most `waitingAtMost` others
 * wait here. A run that finds no room loses nothing, because its record is durable before it asks
 * for a turn.
 */
type Waiting = { readonly settle: (given: boolean) => void };

/** The turns of one process. */
export class RunTurns {
  readonly #atOnce: number;
  readonly #waitingAtMost: number;
  readonly #waiting: Waiting[] = [];
  #taken = 0;
  #isClosed = false;

  constructor(atOnce: number, waitingAtMost: number) {
    this.#atOnce = atOnce;
    this.#waitingAtMost = waitingAtMost;
  }

  /** The number of runs that may still ask for a turn. */
  get room(): number {
    if (this.#isClosed) return 0;
    return this.#atOnce - this.#taken + this.#waitingAtMost - this.#waiting.length;
  }

  /** Whether `close` was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The number of runs that wait for a turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Resolves to true when the run has a turn, which `giveBack` ends. Resolves to false if there is
   * no room, or if `signal` aborts or `close` is called first.
   */
  take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted || this.room <= 0) return Promise.resolve(false);
    if (this.#taken < this.#atOnce) {
      this.#taken += 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        entry.settle(false);
      };
      const entry: Waiting = {
        settle: (given) => {
          signal.removeEventListener('abort', leave);
          resolve(given);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(entry);
    });
  }

  /** Ends a turn and passes it to the run that has waited longest. */
  giveBack(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken -= 1;
    else next.settle(true);
  }

  /** Stops giving turns. Waiting runs resolve to false. */
  close(): void {
    this.#isClosed = true;
    for (const { settle } of this.#waiting.splice(0)) settle(false);
  }
}
