/** The newest generation of the documents that were used last, by name; the oldest use is forgotten first. */
export class RememberedGenerations {
  readonly #newest = new Map<string, number>();
  readonly #most: number;
  #removals = 0;

  /** `most`: how many documents are remembered. */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many documents were removed so far: a read that began before a removal must not be noted after it. */
  get removals(): number {
    return this.#removals;
  }

  /** Returns 0 for a document that is not remembered. */
  get(name: string): number {
    return this.#newest.get(name) ?? 0;
  }

  /** Notes a generation. A read that began before a commit may end after it, so the number only rises. */
  note(name: string, generation: number): void {
    const newest = Math.max(generation, this.get(name));
    // Deleted first, so that the map's order is the order of use.
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
