/**
 * What is committed and not yet copied to the files of documents and logs. It is served from
 * memory.
 */
import type { JournalChange } from './journal-line.js';

/** A document, with its sealed bytes as base64url, or undefined if it was removed. */
export type PendingDocument = { readonly generation: number; readonly sealed: string | undefined };

/** An entry of a log, with its sealed bytes as base64url. */
export type PendingEntry = { readonly number: number; readonly sealed: string };

/**
 * The changes of a log: first, all earlier entries with numbers below `dropsBefore` are removed,
 * and then the entries are added.
 */
export type PendingLog = { dropsBefore: number; entries: PendingEntry[] };

/** Returns the key of a document in a map. */
export const keyOf = (kind: string, id: string): string => `${kind}/${id}`;

/** The changes of the journal files that one checkpoint copies. */
export class PendingChanges {
  readonly documents = new Map<string, PendingDocument>();
  readonly logs = new Map<string, PendingLog>();

  get isEmpty(): boolean {
    return this.documents.size === 0 && this.logs.size === 0;
  }

  /** Applies a change after all earlier ones. */
  apply(change: JournalChange): void {
    switch (change[0]) {
      case 'put': {
        const [, kind, id, generation, sealed] = change;
        this.documents.set(keyOf(kind, id), { generation, sealed });
        return;
      }
      case 'remove': {
        const [, kind, id] = change;
        this.documents.set(keyOf(kind, id), { generation: 0, sealed: undefined });
        return;
      }
      case 'append': {
        const [, log, first, sealed] = change;
        const { entries } = this.#logOf(log);
        for (const [index, each] of sealed.entries()) {
          entries.push({ number: first + index, sealed: each });
        }
        return;
      }
      case 'drop': {
        const [, name, before] = change;
        const log = this.#logOf(name);
        log.dropsBefore = Math.max(log.dropsBefore, before);
        log.entries = log.entries.filter(({ number }) => number >= before);
        return;
      }
    }
  }

  #logOf(name: string): PendingLog {
    const log = this.logs.get(name) ?? { dropsBefore: 0, entries: [] };
    this.logs.set(name, log);
    return log;
  }
}
