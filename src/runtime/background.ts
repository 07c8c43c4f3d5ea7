/** Work that nobody waits for but the end of the service: promises under way, and timers by name. */
export class Background {
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #begun = new Map<string, number>();
  #closed = false;

  /** Has `drain` wait for some work. Its failure is its own to report. */
  own(work: Promise<unknown>): void {
    const owned: Promise<unknown> = work
      .catch(() => undefined)
      .finally(() => this.#underWay.delete(owned));
    this.#underWay.add(owned);
  }

  /** Does work after a while, in place of what was planned under this name. Nothing is planned after `cancelAll`. */
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

  /** Whether work under this name waits for its time, or has begun and not ended. */
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

  cancel(name: string): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  cancelAll(): void {
    this.#closed = true;
    for (const name of this.#timers.keys()) this.cancel(name);
  }

  /** Resolves once nothing is under way. */
  async drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }
}
