/**
 * The files of documents: lowdb over durable files, one file for each document.
 *
 *   DATA_DIR/<kind>/<two hex digits of the id's hash>/<id>.json
 *   {"version":1,"generation":n,"sealed":"<base64url>"}
 *
 * A missing file is a missing document, never an empty one.
 */
import { Low, type Adapter } from 'lowdb';
import { z } from 'zod';
import { isStoreName, type Page } from '../../accounts/state-store.js';
import { ServiceError } from '../../errors.js';
import { sha256Hex } from '../../protocol/bytes.js';
import type { PendingDocument } from './pending-changes.js';
import type { DurableDirectories, StoreFiles } from './store-files.js';

const fileSchema = z.strictObject({
  version: z.literal(1),
  generation: z.number().int().positive(),
  sealed: z.string(),
});
type StoredFile = z.infer<typeof fileSchema>;

/** The document of a file that does not exist. */
const MISSING: StoredFile = { version: 1, generation: 0, sealed: '' };

const SUFFIX = '.json';

/** Returns the two hex digits that distribute names over directories. */
export const shardOf = (name: string): string => sha256Hex(name).slice(0, 2);

/** The adapter for lowdb: a missing file reads as null, and writes are atomic. */
class AtomicJsonFile implements Adapter<StoredFile> {
  readonly #files: StoreFiles;
  readonly #directories: DurableDirectories;
  readonly #path: string;

  constructor(files: StoreFiles, directories: DurableDirectories, path: string) {
    this.#files = files;
    this.#directories = directories;
    this.#path = path;
  }

  async read(): Promise<StoredFile | null> {
    const text = await this.#files.readText(this.#path);
    if (text === undefined) return null;
    try {
      return fileSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new ServiceError('ERR_STATE_TAMPERED', { cause, detail: { path: this.#path } });
    }
  }

  write(data: StoredFile): Promise<void> {
    return this.#directories.replaceFile(this.#path, `${JSON.stringify(data)}\n`);
  }
}

/** Reads and writes the files of documents. */
export class DocumentFiles {
  readonly #files: StoreFiles;
  readonly #root: string;
  readonly #directories: DurableDirectories;

  constructor(files: StoreFiles, root: string, directories: DurableDirectories) {
    this.#files = files;
    this.#root = root;
    this.#directories = directories;
  }

  /** Reads a document. Generation 0 means that there is no file. Rejects ERR_STATE_TAMPERED. */
  async read(kind: string, id: string): Promise<PendingDocument> {
    const file = this.#open(`${this.#root}/${kind}/${shardOf(id)}/${id}${SUFFIX}`);
    await file.read();
    const { generation, sealed } = file.data;
    return generation === 0 ? { generation, sealed: undefined } : { generation, sealed };
  }

  /** Writes or removes a document. This is durable once the changed directories are synced. */
  async write(kind: string, id: string, { generation, sealed }: PendingDocument): Promise<void> {
    const directory = await this.#directories.make(kind, shardOf(id));
    const path = `${directory}/${id}${SUFFIX}`;
    if (sealed === undefined) return this.#directories.removeFile(path);
    const file = this.#open(path);
    file.data = { version: 1, generation, sealed };
    await file.write();
  }

  /** Lists the first ids of a kind after `after`, in order. Other files are not listed. */
  async list(kind: string, { after = '', limit }: Page): Promise<readonly string[]> {
    const directory = `${this.#root}/${kind}`;
    let first: string[] = [];
    for (const shard of await this.#files.list(directory)) {
      for (const name of await this.#files.list(`${directory}/${shard}`)) {
        const id = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : '';
        if (isStoreName(id) && id > after) first.push(id);
      }
      // Keeps the memory bounded, however many documents there are.
      if (first.length > limit) first = first.toSorted().slice(0, limit);
    }
    return first.toSorted().slice(0, limit);
  }

  #open(path: string): Low<StoredFile> {
    return new Low<StoredFile>(new AtomicJsonFile(this.#files, this.#directories, path), MISSING);
  }
}
