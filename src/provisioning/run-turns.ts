/**
 * Decides which runs execute: at most `most`, or fewer while `allow` says so, in order of arrival.
 * A run that may not begin yet lets others pass. At most `waitingAtMost` more wait here. A run that
 * finds no room loses nothing, because its record is durable before it asks for a turn.
 */
type Waiting = Required<Pick<TurnRequest, 'id' | 'mayBegin'>> & {
  readonly settle: (given: boolean) => void;
};

/** A run that asks for a turn. */
export type TurnRequest = {
  readonly id?: string;
  /** Called when the run would get its turn. With false, others get it before. */
  readonly mayBegin?: () => boolean;
  /** Whether it waits before all others, because it had a turn and could not use it. */
  readonly isFirst?: boolean;
};

/** The turns of one process. */
export class RunTurns {
  readonly #most: number;
  readonly #waitingAtMost: number;
  readonly #waiting: Waiting[] = [];
  #atOnce: number;
  #taken = 0;
  #isClosed = false;
  #isPaused = false;

  constructor(most: number, waitingAtMost: number) {
    this.#most = most;
    this.#atOnce = most;
    this.#waitingAtMost = waitingAtMost;
  }

  /** The number of runs that may have a turn at the same time. */
  get atOnce(): number {
    return this.#atOnce;
  }

  /** The number of runs that have a turn. */
  get active(): number {
    return this.#taken;
  }

  /** Whether any run has a turn. */
  get isBusy(): boolean {
    return this.#taken > 0;
  }

  /**
   * Changes how many runs may have a turn at the same time: at least one, and at most the number of
   * the constructor. Runs that have a turn keep it.
   */
  allow(atOnce: number): void {
    this.#atOnce = Math.max(1, Math.min(atOnce, this.#most));
    this.look();
  }

  /** The number of runs that may still ask for a turn. */
  get room(): number {
    if (this.#isClosed) return 0;
    return this.#most - this.#taken + this.#waitingAtMost - this.#waiting.length;
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
  take(signal: AbortSignal, request: TurnRequest = {}): Promise<boolean> {
    const { id = '', mayBegin = () => true, isFirst = false } = request;
    if (signal.aborted || this.room <= 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        entry.settle(false);
      };
      const entry: Waiting = {
        id,
        mayBegin,
        settle: (given) => {
          signal.removeEventListener('abort', leave);
          resolve(given);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      if (isFirst) this.#waiting.unshift(entry);
      else this.#waiting.push(entry);
      this.look();
    });
  }

  /** Returns how many runs wait before a run, or undefined if it does not wait. */
  findAhead(id: string): number | undefined {
    const at = this.#waiting.findIndex((each) => each.id === id);
    return at === -1 ? undefined : at;
  }

  /** Ends a turn. The run that has waited longest gets it, if as many may still have one. */
  giveBack(): void {
    this.#taken -= 1;
    this.look();
  }

  /**
   * Gives the turns that are free, to the runs that have waited longest of those that may begin.
   */
  look(): void {
    for (let at = 0; !this.#isPaused && this.#taken < this.#atOnce;) {
      const next = this.#waiting[at];
      if (next === undefined) return;
      if (!next.mayBegin()) {
        at += 1;
        continue;
      }
      this.#waiting.splice(at, 1);
      this.#taken += 1;
      next.settle(true);
    }
  }

  /** Gives no turns until `resume` is called. Runs that have a turn keep it. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Gives turns again. */
  resume(): void {
    this.#isPaused = false;
    this.look();
  }

  /** Stops giving turns. Waiting runs resolve to false. */
  close(): void {
    this.#isClosed = true;
    for (const { settle } of this.#waiting.splice(0)) settle(false);
  }
}
