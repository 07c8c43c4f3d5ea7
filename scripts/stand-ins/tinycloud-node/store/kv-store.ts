import { compareBytes } from '../formats/json-text.js';
import type { Effect, KvValue } from './effect.js';

type KvEffect = Extract<Effect, { kind: 'kv-put' | 'kv-delete' | 'kv-forget' }>;
/** A key keeps its row after it was written. Deleting it removes only the value. */
type KvRow = { value: KvValue | undefined };

/** Keys and values of every space, and the blocks that count against a quota. */
export class KvStore {
  readonly #rows = new Map<string, Map<string, KvRow>>();
  readonly #blocks = new Map<string, Map<string, number>>();

  find(space: string, key: string): KvValue | undefined {
    return this.#rows.get(space)?.get(key)?.value;
  }

  wasEverWritten(space: string, key: string): boolean {
    return this.#rows.get(space)?.has(key) ?? false;
  }

  /**
   * Returns the live keys with the prefix in byte order. ASCII letters match in any case, as in
   * SQLite's LIKE.
   */
  list(space: string, prefix: string): readonly string[] {
    const wanted = asciiLower(prefix);
    return this.entries(space)
      .map(([key]) => key)
      .filter((key) => asciiLower(key).startsWith(wanted));
  }

  entries(space: string): readonly (readonly [string, KvValue])[] {
    const out: [string, KvValue][] = [];
    for (const [key, { value }] of this.#rows.get(space) ?? []) {
      if (value !== undefined) out.push([key, value]);
    }
    return out.toSorted(([left], [right]) => compareBytes(left, right));
  }

  /**
   * Returns the size of the distinct blocks ever stored in the space, in bytes. Overwriting adds to
   * it, and deleting frees nothing.
   */
  usedBytes(space: string): number {
    let bytes = 0;
    for (const size of this.#blocks.get(space)?.values() ?? []) bytes += size;
    return bytes;
  }

  apply(effect: KvEffect): void {
    const rows = this.#rows.get(effect.space) ?? new Map<string, KvRow>();
    this.#rows.set(effect.space, rows);
    if (effect.kind === 'kv-forget') rows.delete(effect.key);
    if (effect.kind === 'kv-delete') rows.set(effect.key, { value: undefined });
    if (effect.kind !== 'kv-put') return;
    rows.set(effect.key, { value: effect.value });
    const blocks = this.#blocks.get(effect.space) ?? new Map<string, number>();
    this.#blocks.set(effect.space, blocks.set(effect.value.hash, effect.value.body.length));
  }
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
