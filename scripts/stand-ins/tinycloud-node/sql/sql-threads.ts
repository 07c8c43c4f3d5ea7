/** The limit of a node on open SQL databases. */
export type SqlThreadLimit = {
  /** A real node has 512. */
  readonly threads: number;
  /** How long a database stays open after its last use. A real node keeps it for 300 seconds. */
  readonly idleMs: number;
};

/** How many databases are open, were open at most, and wait for a thread. */
export type SqlThreadCounts = {
  readonly open: number;
  readonly peak: number;
  readonly waiting: number;
};

type Waiting = { readonly database: string; readonly begin: () => void };

/**
 * The threads of the SQL service. Each open database holds one, also while it is idle. If none is
 * free, a request to another database waits without a response, in order of arrival, until one is
 * closed. What waits takes effect even if its client has left, as on the real node.
 */
export class SqlThreads {
  readonly #limit: SqlThreadLimit;
  readonly #monotonicMs: () => number;
  /** The last use of each open database, in order of that time. */
  readonly #open = new Map<string, number>();
  readonly #waiting: Waiting[] = [];
  #peak = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(limit: SqlThreadLimit, monotonicMs: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#monotonicMs = monotonicMs;
  }

  get counts(): SqlThreadCounts {
    this.#closeIdle();
    return { open: this.#open.size, peak: this.#peak, waiting: this.#waiting.length };
  }

  /** Resolves once the database has a thread. */
  async use(database: string): Promise<void> {
    this.#closeIdle();
    if (this.#hasThread(database)) return this.#note(database);
    await new Promise<void>((begin) => {
      this.#waiting.push({ database, begin });
      this.#plan();
    });
  }

  /** Lets go of everything that waits. */
  close(): void {
    clearTimeout(this.#timer);
    for (const { begin } of this.#waiting.splice(0)) begin();
  }

  #hasThread(database: string): boolean {
    return this.#open.has(database) || this.#open.size < this.#limit.threads;
  }

  #note(database: string): void {
    this.#open.delete(database);
    this.#open.set(database, this.#monotonicMs());
    this.#peak = Math.max(this.#peak, this.#open.size);
  }

  #closeIdle(): void {
    const sinceMs = this.#monotonicMs() - this.#limit.idleMs;
    for (const [database, usedAtMs] of this.#open) {
      if (usedAtMs > sinceMs) break;
      this.#open.delete(database);
    }
  }

  #plan(): void {
    const [firstUseMs] = this.#open.values();
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0 || firstUseMs === undefined) return;
    const closesInMs = firstUseMs + this.#limit.idleMs - this.#monotonicMs();
    this.#timer = setTimeout(() => this.#serve(), Math.max(1, closesInMs)).unref();
  }

  #serve(): void {
    this.#closeIdle();
    for (;;) {
      const at = this.#waiting.findIndex(({ database }) => this.#hasThread(database));
      const [next] = at === -1 ? [] : this.#waiting.splice(at, 1);
      if (next === undefined) break;
      this.#note(next.database);
      next.begin();
    }
    this.#plan();
  }
}
