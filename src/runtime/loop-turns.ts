/**
 * Gives the steps of background work one turn of the event loop each, in order of their calls. What
 * arrives meanwhile, such as a request for a signature, therefore waits for one step at most, and
 * not for every step that is ready.
 */
export class LoopTurns {
  readonly #waiting: (() => void)[] = [];

  /** Resolves in a turn of the loop in which no other step is executed. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) this.#plan();
    });
  }

  #plan(): void {
    setImmediate(() => {
      this.#waiting.shift()?.();
      if (this.#waiting.length > 0) this.#plan();
    });
  }
}
