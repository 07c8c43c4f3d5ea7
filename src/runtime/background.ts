/**
 * Tracks work that no caller awaits: promises in progress, and named timers. Shutdown waits for the
 * work.
 */
export class Background {
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #begun = new Map<string, number>();
  #closed = false;

  /** Makes `drain` wait for some work. The work must report its own failure. */
  own(work: Promise<unknown>): void {
    const owned: Promise<unknown> = work
      .catch(() => undefined)
      .finally(() => this.#underWay.delete(owned));
    this.#underWay.add(owned);
  }

  /**
   * Schedules work under a name and replaces what was scheduled under it. Has no effect after
   * `cancelAll`.
   */
  later(name: string, delayMs: number, work: () => Promise<unknown>): void {
    if (this.#closed) return;
    this.cancel(name);
    const timer = setTimeout(
      () => {
        this.#timers.delete(name);
        this.own(this.#perform(name, work));
      },
      Math.max(0, delayMs),
    );
    timer.unref();
    this.#timers.set(name, timer);
  }

  /** Returns whether work under this name is scheduled or in progress. */
  isPlanned(name: string): boolean {
    return this.#timers.has(name) || this.#begun.has(name);
  }

  async #perform(name: string, work: () => Promise<unknown>): Promise<void> {
    this.#begun.set(name, (this.#begun.get(name) ?? 0) + 1);
    try {
      await work();
    } finally {
      const left = (this.#begun.get(name) ?? 1) - 1;
      if (left > 0) this.#begun.set(name, left);
      else this.#begun.delete(name);
    }
  }

  /** Cancels the scheduled work of a name. Work in progress continues. */
  cancel(name: string): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  /** Cancels all scheduled work and accepts no more. */
  cancelAll(): void {
    this.#closed = true;
    for (const name of this.#timers.keys()) this.cancel(name);
  }

  /** Resolves once no work is in progress. */
  async drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }
}
