/**
 * The state as it is durable: the journal's changes, which are in memory, over the files.
 *
 * `fresh` holds the changes of the journal file that receives commits, and `frozen` those that a
 * checkpoint is copying to files. Both change only in `journaled-store.ts`.
 */
import type { Page } from '../../accounts/state-store.js';
import { BoundedMap } from '../../runtime/bounded-map.js';
import type { DocumentFiles } from './document-files.js';
import type { JournalChange } from './journal-line.js';
import type { LogFiles } from './log-files.js';
import {
  keyOf,
  PendingChanges,
  type PendingDocument,
  type PendingEntry,
} from './pending-changes.js';

/** The number of documents and logs whose generation or next number is remembered. */
const MOST_KNOWN = 65_536;

/** Reads the durable state. */
export class StoredState {
  readonly #documents: DocumentFiles;
  readonly #logs: LogFiles;
  // Values that are read from files are remembered here, and every commit updates them.
  readonly #generations = new BoundedMap<string, number>(MOST_KNOWN);
  readonly #nexts = new BoundedMap<string, number>(MOST_KNOWN);
  readonly #reads = new Map<string, Promise<number>>();
  fresh = new PendingChanges();
  frozen = new PendingChanges();

  constructor(documents: DocumentFiles, logs: LogFiles) {
    this.#documents = documents;
    this.#logs = logs;
  }

  /** Returns a document. Generation 0 means that it does not exist. */
  async find(kind: string, id: string): Promise<PendingDocument> {
    return this.#pending(keyOf(kind, id)) ?? this.#documents.read(kind, id);
  }

  /** Returns the generation of a document, or 0 if it does not exist. */
  async generationOf(kind: string, id: string): Promise<number> {
    const key = keyOf(kind, id);
    const known = this.#pending(key)?.generation ?? this.#generations.get(key);
    if (known !== undefined) return known;
    return this.#readOnce(`document ${key}`, async () => {
      const { generation } = await this.#documents.read(kind, id);
      this.#generations.set(key, generation);
      return generation;
    });
  }

  /** Returns the number after the last entry of a log, or 1 for a log without entries. */
  async nextOf(log: string): Promise<number> {
    const known = this.#nexts.get(log);
    if (known !== undefined) return known;
    return this.#readOnce(`log ${log}`, async () => {
      const next = await this.#readNext(log);
      this.#nexts.set(log, next);
      return next;
    });
  }

  /** Returns the entries of a log with numbers in `from` ≤ number < `end`, in order. */
  async readLog(log: string, from: number, end: number): Promise<readonly PendingEntry[]> {
    const fresh = this.fresh.logs.get(log) ?? { dropsBefore: 0, entries: [] };
    const frozen = this.frozen.logs.get(log) ?? { dropsBefore: 0, entries: [] };
    const frozenEntries = frozen.entries.filter(({ number }) => number >= fresh.dropsBefore);
    const pending = [...frozenEntries, ...fresh.entries];
    const dropped = Math.max(frozen.dropsBefore, fresh.dropsBefore);
    const [first = { number: end }] = pending;
    const filesFrom = Math.max(from, dropped);
    // A checkpoint may already have copied entries that are pending.
    const filesEnd = Math.min(end, first.number);
    const filed = filesFrom < filesEnd ? await this.#logs.read(log, filesFrom, filesEnd) : [];
    return [...filed, ...pending.filter(({ number }) => number >= from && number < end)];
  }

  /** Lists the first ids of a kind after `after`, in order. */
  async list(kind: string, page: Page): Promise<readonly string[]> {
    const { after = '', limit } = page;
    const pending = [...this.frozen.documents, ...this.fresh.documents].flatMap(([key, each]) => {
      const id = key.startsWith(`${kind}/`) ? key.slice(kind.length + 1) : '';
      return id > after ? [[id, each] as const] : [];
    });
    const changed = new Map(pending);
    // A removed document may still have a file, so as many more are listed.
    const filed = await this.#documents.list(kind, { after, limit: limit + changed.size });
    const added = [...changed].flatMap(([id, { sealed }]) => (sealed === undefined ? [] : [id]));
    const ids = new Set([...filed.filter((id) => !changed.has(id)), ...added]);
    return [...ids].toSorted().slice(0, limit);
  }

  /** Applies changes that have become durable in the journal. */
  apply(changes: readonly JournalChange[]): void {
    for (const change of changes) {
      this.fresh.apply(change);
      this.#note(change);
    }
  }

  #note(change: JournalChange): void {
    if (change[0] === 'put') this.#generations.set(keyOf(change[1], change[2]), change[3]);
    if (change[0] === 'remove') this.#generations.set(keyOf(change[1], change[2]), 0);
    if (change[0] === 'append') this.#nexts.set(change[1], change[2] + change[3].length);
    if (change[0] === 'drop') {
      const [, log, before] = change;
      // A log whose entries are all dropped begins anew.
      if ((this.#nexts.get(log) ?? 1) <= before) this.#nexts.delete(log);
    }
  }

  #pending(key: string): PendingDocument | undefined {
    return this.fresh.documents.get(key) ?? this.frozen.documents.get(key);
  }

  async #readNext(log: string): Promise<number> {
    const { fresh, frozen } = this;
    const dropsBefore = fresh.logs.get(log)?.dropsBefore ?? 0;
    const last =
      fresh.logs.get(log)?.entries.at(-1) ??
      frozen.logs.get(log)?.entries.findLast(({ number }) => number >= dropsBefore);
    if (last !== undefined) return last.number + 1;
    const dropped = Math.max(dropsBefore, frozen.logs.get(log)?.dropsBefore ?? 0);
    const filed = await this.#logs.nextOf(log);
    return filed <= dropped ? 1 : filed;
  }

  /** Shares a read that is under way, so that no commit can come between a read and its result. */
  #readOnce(name: string, read: () => Promise<number>): Promise<number> {
    const reading = this.#reads.get(name) ?? read().finally(() => this.#reads.delete(name));
    this.#reads.set(name, reading);
    return reading;
  }
}
