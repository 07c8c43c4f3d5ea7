/**
 * The journal: append-only files of JSON lines, numbered in order.
 *
 *   DATA_DIR/journal/<12 digits>.jsonl
 *
 * The last file receives commits. Earlier ones are being copied to the files of documents and logs,
 * and each is removed once that is durable. A process never appends to a file of an earlier
 * process, so only the last line of a file can be incomplete; such a line was never acknowledged.
 * Any other line that is not intact means that acknowledged changes are damaged.
 */
import { ServiceError } from '../../errors.js';
import { decodeJournalLine, encodeJournalLine, type JournalChange } from './journal-line.js';
import { type OpenFile, removeFile, type StoreFiles } from './store-files.js';

const NAME = /^[0-9]{12}\.jsonl$/;
const nameOf = (number: number): string => `${String(number).padStart(12, '0')}.jsonl`;

/** The contents of the journal files that a start found. */
export type Replayed = {
  /** The numbers of the files, in order. */
  readonly files: readonly number[];
  readonly changes: readonly JournalChange[];
};

/** Reads every journal file in a directory. Rejects ERR_STATE_TAMPERED for a damaged file. */
export async function replayJournal(files: StoreFiles, directory: string): Promise<Replayed> {
  const names = (await files.list(directory)).filter((each) => NAME.test(each)).toSorted();
  const changes: JournalChange[] = [];
  for (const name of names) {
    const text = (await files.readText(`${directory}/${name}`)) ?? '';
    for (const change of changesIn(text, name)) changes.push(change);
  }
  return { files: names.map((each) => Number.parseInt(each, 10)), changes };
}

function* changesIn(text: string, name: string): Generator<JournalChange> {
  const lines = text.split('\n');
  // What follows the last line feed is empty, or a line that was not written completely.
  lines.pop();
  for (const [index, line] of lines.entries()) {
    const changes = decodeJournalLine(line);
    if (changes !== undefined) yield* changes;
    else if (index < lines.length - 1) {
      throw new ServiceError('ERR_STATE_TAMPERED', { detail: { journal: name, line: index + 1 } });
    }
  }
}

/** The last file of the journal, to which commits are appended. */
export class JournalFile {
  readonly number: number;
  #file: OpenFile | undefined;
  #durableBytes = 0;
  #isIntact = true;

  private constructor(file: OpenFile, number: number) {
    this.#file = file;
    this.number = number;
  }

  /** Creates a durable empty file. The directory must be durable. */
  static async create(files: StoreFiles, directory: string, number: number): Promise<JournalFile> {
    // Opened to append, so that a write after a cut begins at the new end.
    const file = await files.append(`${directory}/${nameOf(number)}`);
    await files.syncDirectory(directory);
    return new JournalFile(file, number);
  }

  /** The length of the acknowledged lines. */
  get bytes(): number {
    return this.#durableBytes;
  }

  /**
   * Makes changes durable as one line. If it rejects, none of them is in the journal, or the file
   * accepts nothing until its end could be cut off.
   */
  async append(changes: readonly JournalChange[]): Promise<void> {
    const file = this.#file;
    if (file === undefined) throw new TypeError('The journal file is closed.');
    const line = encodeJournalLine(changes);
    if (!this.#isIntact) await this.#cut(file);
    this.#isIntact = false;
    try {
      await file.write(line);
      await file.sync();
    } catch (error) {
      await this.#cut(file).catch(() => undefined);
      throw error;
    }
    this.#isIntact = true;
    this.#durableBytes += Buffer.byteLength(line);
  }

  /** Removes what a failed write left behind the last acknowledged line. */
  async #cut(file: OpenFile): Promise<void> {
    await file.truncate(this.#durableBytes);
    await file.sync();
    this.#isIntact = true;
  }

  /**
   * Closes the file. An end that could not be cut off stays, and is a last line that the next start
   * may read; the caller must not have acknowledged it.
   */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

/** Removes a journal file whose changes are durable elsewhere. */
export const removeJournalFile = (
  files: StoreFiles,
  directory: string,
  number: number,
): Promise<void> => removeFile(files, `${directory}/${nameOf(number)}`);
