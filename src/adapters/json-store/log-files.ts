/**
 * The files of logs: JSON lines, 64 entries in a file.
 *
 *   DATA_DIR/log/<two hex digits of the name's hash>/<name>/<index>.jsonl
 *   {"number":n,"sealed":"<base64url>"}
 *
 * The journal keeps the entries until they are durable here. An entry that a crash left incomplete
 * is therefore written again, and reading ignores it.
 */
import { z } from 'zod';
import type { PendingEntry, PendingLog } from './pending-changes.js';
import { shardOf } from './document-files.js';
import type { DurableDirectories, StoreFiles } from './store-files.js';

/** The number of entries in a file. */
export const FILE_ENTRIES = 64;

const NAME = /^([0-9]{1,12})\.jsonl$/;
const KIND = 'log';

const entrySchema = z.strictObject({ number: z.number().int().positive(), sealed: z.string() });

const indexOf = (number: number): number => Math.floor((number - 1) / FILE_ENTRIES);
const lineOf = (entry: PendingEntry): string => `${JSON.stringify(entry)}\n`;

function groupByFile(entries: readonly PendingEntry[]): ReadonlyMap<number, PendingEntry[]> {
  const groups = new Map<number, PendingEntry[]>();
  for (const entry of entries) {
    const group = groups.get(indexOf(entry.number)) ?? [];
    group.push(entry);
    groups.set(indexOf(entry.number), group);
  }
  return groups;
}

/** Parses the consecutive intact entries at the beginning of a file. */
function parseEntries(text: string): readonly PendingEntry[] {
  const entries: PendingEntry[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const entry = parseEntry(line);
    const expected = (entries.at(-1)?.number ?? (entry?.number ?? 0) - 1) + 1;
    if (entry?.number !== expected) break;
    entries.push(entry);
  }
  return entries;
}

function parseEntry(line: string): PendingEntry | undefined {
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Reads and writes the files of logs. */
export class LogFiles {
  readonly #files: StoreFiles;
  readonly #root: string;
  readonly #directories: DurableDirectories;

  constructor(files: StoreFiles, root: string, directories: DurableDirectories) {
    this.#files = files;
    this.#root = root;
    this.#directories = directories;
  }

  /** Returns the entries with numbers in `from` ≤ number < `end`, in order. */
  async read(log: string, from: number, end: number): Promise<readonly PendingEntry[]> {
    const entries: PendingEntry[] = [];
    for (const index of await this.#indexesOf(log)) {
      if (index < indexOf(from) || index > indexOf(end - 1)) continue;
      for (const entry of await this.#readFile(log, index)) {
        if (entry.number >= from && entry.number < end) entries.push(entry);
      }
    }
    return entries;
  }

  /** Returns the number after the last entry, or 1 for a log without entries. */
  async nextOf(log: string): Promise<number> {
    for (const index of (await this.#indexesOf(log)).toReversed()) {
      const last = (await this.#readFile(log, index)).at(-1);
      if (last !== undefined) return last.number + 1;
    }
    return 1;
  }

  /**
   * Writes the changes of a log. They are durable once the changed directories are synced.
   * Repeating them has no further effect.
   */
  async write(log: string, { dropsBefore, entries }: PendingLog): Promise<void> {
    if (dropsBefore > 0) await this.#drop(log, dropsBefore);
    if (entries.length === 0) return;
    const directory = await this.#directories.make(KIND, shardOf(log), log);
    for (const [index, group] of groupByFile(entries)) {
      await this.#extend(`${directory}/${index}.jsonl`, group);
    }
  }

  async #extend(path: string, entries: readonly PendingEntry[]): Promise<void> {
    const text = await this.#files.readText(path);
    const first = entries[0]?.number ?? 0;
    const before = parseEntries(text ?? '').filter(({ number }) => number < first);
    const kept = before.map(lineOf).join('');
    const added = entries.map(lineOf).join('');
    if (text === kept && text !== '') await this.#append(path, added);
    else await this.#directories.replaceFile(path, kept + added);
  }

  async #append(path: string, text: string): Promise<void> {
    const file = await this.#files.append(path);
    try {
      await file.write(text);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async #drop(log: string, before: number): Promise<void> {
    const directory = this.#directoryOf(log);
    for (const index of await this.#indexesOf(log)) {
      if (index > indexOf(before)) break;
      const path = `${directory}/${index}.jsonl`;
      const entries = await this.#readFile(log, index);
      const kept = entries.filter(({ number }) => number >= before);
      if (kept.length === 0) await this.#directories.removeFile(path);
      else if (kept.length < entries.length) {
        await this.#directories.replaceFile(path, kept.map(lineOf).join(''));
      }
    }
    if ((await this.#indexesOf(log)).length === 0) await this.#directories.remove(directory);
  }

  async #readFile(log: string, index: number): Promise<readonly PendingEntry[]> {
    return parseEntries((await this.#files.readText(this.#pathOf(log, index))) ?? '');
  }

  /** Returns the indexes of the files of a log, in order. */
  async #indexesOf(log: string): Promise<readonly number[]> {
    const names = await this.#files.list(this.#directoryOf(log));
    return names
      .flatMap((name) => {
        const [, digits] = NAME.exec(name) ?? [];
        return digits === undefined ? [] : [Number.parseInt(digits, 10)];
      })
      .toSorted((a, b) => a - b);
  }

  #directoryOf(log: string): string {
    return `${this.#root}/${KIND}/${shardOf(log)}/${log}`;
  }

  #pathOf(log: string, index: number): string {
    return `${this.#directoryOf(log)}/${index}.jsonl`;
  }
}
