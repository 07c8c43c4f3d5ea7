/** Opens the JSON store in a directory on the sealed volume and locks the directory. */
import { join } from 'node:path';
import type { StateStore, StoreFault } from '../accounts/state-store.js';
import { type JournalOptions, JournaledStore } from './json-store/journaled-store.js';
import { nodeStoreFiles } from './json-store/node-store-files.js';
import { faultOf } from './json-store/fault-of.js';
import { removeFile, replaceFile, type StoreFiles } from './json-store/store-files.js';
import { unusableDirectory } from './json-store/unusable-directory.js';
import { lockDirectory } from './unix-socket-directory-lock.js';

/** What the store depends on, besides its directory. */
export type JsonStoreParts = {
  readonly files?: StoreFiles | undefined;
  readonly journal?: JournalOptions;
};

/**
 * Opens the store and locks its directory. Rejects ERR_DATA_DIR if the directory is missing or not
 * writable, ERR_DATA_DIR_LOCKED if another process holds the lock, and ERR_STATE_TAMPERED if the
 * journal is damaged.
 */
export async function openJsonStateStore(
  dataDir: string,
  { files = nodeStoreFiles, journal = {} }: JsonStoreParts = {},
): Promise<StateStore> {
  const lock = await lockDirectory(dataDir);
  try {
    await probe(files, dataDir).catch((cause: unknown) => {
      throw unusableDirectory(dataDir, cause);
    });
    const store = await JournaledStore.open(files, dataDir, journal);
    let probing: Promise<StoreFault | undefined> | undefined;
    return {
      find: (kind, id) => store.find(kind, id),
      generationOf: (kind, id) => store.generationOf(kind, id),
      readLog: (log, from, limit) => store.readLog(log, from, limit),
      nextOf: (log) => store.nextOf(log),
      headOf: (kind, id, log) => store.headOf(kind, id, log),
      commit: (changes) => store.commit(changes),
      list: (kind, page) => store.list(kind, page),
      findFault: async () => {
        probing ??= probe(files, dataDir)
          .then(() => undefined, faultOf)
          .finally(() => {
            probing = undefined;
          });
        return (await probing) ?? (store.isFull ? 'journal-full' : undefined);
      },
      close: async () => {
        await store.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * The size of a probe in bytes, as large as a document gets, because a full disk still accepts an
 * empty file.
 */
const PROBE = 'x'.repeat(64 * 1024);

/** Writes a file and removes it. Rejects with the error of the system. */
async function probe(files: StoreFiles, dataDir: string): Promise<void> {
  const path = join(dataDir, '.probe');
  await replaceFile(files, path, PROBE);
  await removeFile(files, path);
}
