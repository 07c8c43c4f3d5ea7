/**
 * The JSON store: lowdb over a durable file adapter, with one file per document on the sealed
 * volume.
 *
 *   DATA_DIR/<kind>/<two hex digits of the id's hash>/<id>.json
 *   {"version":1,"generation":n,"sealed":"<base64url>"}
 *
 * The cost of a commit does not depend on the number of documents. Memory is never ahead of the
 * disk: each operation reads the file, and lowdb's copy is discarded with its object if a write
 * fails. A missing file is a missing document, never an empty one.
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Low, type Adapter } from 'lowdb';
import { z } from 'zod';
import type { DocumentStore, StoredDocument } from '../accounts/document-store.js';
import { ServiceError } from '../errors.js';
import { decodeBase64url, encodeBase64url } from '../protocol/base64url.js';
import { createKeyedLock } from '../runtime/keyed-lock.js';
import { makeDirectory, removeDurably, TEMPORARY, writeDurably } from './durable-file.js';
import { lockDirectory } from './unix-socket-directory-lock.js';
import { sha256Hex } from '../protocol/bytes.js';

const fileSchema = z.strictObject({
  version: z.literal(1),
  generation: z.number().int().positive(),
  sealed: z.string(),
});
type StoredFile = z.infer<typeof fileSchema>;

const NAME = /^[A-Za-z0-9_-]{1,128}$/;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/**
 * The adapter for lowdb: a missing file reads as null, an invalid file is an error, and writes are
 * durable.
 */
class DurableJsonFile implements Adapter<StoredFile> {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<StoredFile | null> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (cause) {
      if (isMissing(cause)) return null;
      throw new ServiceError('ERR_STORE_UNAVAILABLE', { cause });
    }
    try {
      return fileSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new ServiceError('ERR_STATE_TAMPERED', { cause });
    }
  }

  async write(data: StoredFile): Promise<void> {
    try {
      await makeDirectory(join(this.#path, '..'));
      await writeDurably(this.#path, `${JSON.stringify(data)}\n`);
    } catch (cause) {
      throw new ServiceError('ERR_STORE_UNAVAILABLE', { cause });
    }
  }
}

const EMPTY: StoredFile = { version: 1, generation: 0, sealed: '' };

/**
 * Opens a file. lowdb substitutes its default if the adapter reads null; generation 0 marks that
 * case.
 */
async function openFile(path: string): Promise<Low<StoredFile>> {
  const file = new Low<StoredFile>(new DurableJsonFile(path), EMPTY);
  await file.read();
  return file;
}

/**
 * Opens the store and locks its directory. Rejects ERR_DATA_DIR if the directory is missing or not
 * writable, and ERR_DATA_DIR_LOCKED if another process holds the lock.
 */
export async function openLowdbDocumentStore({
  dataDir,
}: {
  readonly dataDir: string;
}): Promise<DocumentStore> {
  await requireDirectory(dataDir);
  const lock = await lockDirectory(dataDir);
  try {
    await removeLeftovers(dataDir);
    if (!(await probe(dataDir)))
      throw new ServiceError('ERR_DATA_DIR', {
        detail: { reason: 'read-only', advice: 'Let the user of the service write to DATA_DIR.' },
      });
  } catch (error) {
    await lock.release();
    throw error;
  }
  return createStore(dataDir, () => lock.release());
}

async function requireDirectory(dataDir: string): Promise<void> {
  const found = await stat(dataDir).catch((cause: unknown) => {
    throw new ServiceError('ERR_DATA_DIR', {
      cause,
      detail: { reason: 'missing', advice: 'Create the directory, or set DATA_DIR to one.' },
    });
  });
  if (!found.isDirectory()) {
    throw new ServiceError('ERR_DATA_DIR', {
      detail: { reason: 'not a directory', advice: 'Set DATA_DIR to a directory.' },
    });
  }
}

async function removeLeftovers(dataDir: string): Promise<void> {
  for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && TEMPORARY.test(entry.name)) await rm(join(entry.parentPath, entry.name));
  }
}

/**
 * The size of a probe in bytes, as large as a document gets, because a full disk still accepts an
 * empty file.
 */
const PROBE_BYTES = 64 * 1024;

async function probe(dataDir: string): Promise<boolean> {
  const path = join(dataDir, '.probe');
  try {
    await writeDurably(path, 'x'.repeat(PROBE_BYTES));
    await removeDurably(path);
    return true;
  } catch {
    return false;
  }
}

function createStore(dataDir: string, release: () => Promise<void>): DocumentStore {
  const locks = createKeyedLock();

  const pathOf = (kind: string, id: string): string => {
    if (!NAME.test(kind) || !NAME.test(id)) {
      throw new TypeError('The kind or id is not a plain file name.');
    }
    const shard = sha256Hex(id).slice(0, 2);
    return join(dataDir, kind, shard, `${id}.json`);
  };

  /**
   * Runs a change under the document's lock. Rejects ERR_STORE_CONFLICT if its generation is not
   * the expected one.
   */
  const swap = (
    kind: string,
    id: string,
    expectedGeneration: number,
    change: (file: Low<StoredFile>, path: string) => Promise<void>,
  ): Promise<void> => {
    const path = pathOf(kind, id);
    return locks.run(path, async () => {
      const file = await openFile(path);
      if (file.data.generation !== expectedGeneration) throw new ServiceError('ERR_STORE_CONFLICT');
      await change(file, path);
    });
  };

  return {
    find: async (kind, id) => {
      const { data } = await openFile(pathOf(kind, id));
      return data.generation === 0 ? undefined : open(data);
    },
    commit: (kind, id, expectedGeneration, next) =>
      swap(kind, id, expectedGeneration, async (file) => {
        file.data = {
          version: 1,
          generation: next.generation,
          sealed: encodeBase64url(next.sealed),
        };
        await file.write();
      }),
    remove: (kind, id, expectedGeneration) =>
      swap(kind, id, expectedGeneration, async (_file, path) => {
        await removeDurably(path).catch((cause: unknown) => {
          throw new ServiceError('ERR_STORE_UNAVAILABLE', { cause });
        });
      }),
    list: (kind) => listIds(join(dataDir, kind)),
    isWritable: () => probe(dataDir),
    close: release,
  };
}

function open({ generation, sealed }: StoredFile): StoredDocument {
  try {
    return { generation, sealed: decodeBase64url(sealed) };
  } catch (cause) {
    throw new ServiceError('ERR_STATE_TAMPERED', { cause });
  }
}

async function* listIds(directory: string): AsyncIterable<string> {
  for (const shard of await readdir(directory).catch(() => [])) {
    for (const name of await readdir(join(directory, shard)).catch(() => [])) {
      const id = name.endsWith('.json') ? name.slice(0, -'.json'.length) : '';
      // Other files in the directory are not documents.
      if (NAME.test(id)) yield id;
    }
  }
}
