/**
 * Remembers the newest generation of recently used documents by name. The least recently used is
 * dropped first.
 */
export class RememberedGenerations {
  readonly #newest = new Map<string, number>();
  readonly #most: number;
  #removals = 0;

  /** `most` is the number of documents to remember. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * The number of removals so far. A read that began before a removal must not be noted after it.
   */
  get removals(): number {
    return this.#removals;
  }

  /** Returns the newest known generation, or 0 for a document that is not remembered. */
  get(name: string): number {
    return this.#newest.get(name) ?? 0;
  }

  /**
   * Notes a generation. It never lowers one, because a read that began before a commit may end
   * after it.
   */
  note(name: string, generation: number): void {
    const newest = Math.max(generation, this.get(name));
    // Deleting the entry first keeps the map in order of use.
    this.#newest.delete(name);
    this.#newest.set(name, newest);
    if (this.#newest.size <= this.#most) return;
    const [oldest] = this.#newest.keys();
    if (oldest !== undefined) this.#newest.delete(oldest);
  }

  /** Forgets a document that was removed. */
  forget(name: string): void {
    this.#removals += 1;
    this.#newest.delete(name);
  }
}
