/** A map with a bounded number of entries. The least recently used entry is dropped first. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #most: number;

  /** `most` is the number of entries to keep. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Returns a value and marks it as used. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    // A map iterates in the order of insertion, so the oldest entry is always the first one.
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** Sets a value and marks it as used. */
  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#most) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  /** Forgets an entry. */
  delete(key: K): void {
    this.#entries.delete(key);
  }
}
