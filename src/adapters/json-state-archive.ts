/** The contents of a JSON store, as the archive that moves them. */
import { describeItem, isSameItem } from '../accounts/state-archive.js';
import type { ArchiveItem, StateArchive } from '../accounts/state-archive.js';
import { isStoreName } from '../accounts/state-store.js';
import { ServiceError } from '../errors.js';
import { decodeBase64url, encodeBase64url } from '../protocol/base64url.js';
import { DocumentFiles } from './json-store/document-files.js';
import { JournaledStore } from './json-store/journaled-store.js';
import { LogFiles } from './json-store/log-files.js';
import { nodeStoreFiles } from './json-store/node-store-files.js';
import { DurableDirectories, type StoreFiles } from './json-store/store-files.js';
import { lockDirectory } from './unix-socket-directory-lock.js';

/** The directories that contain no documents. */
const OTHERS = new Set(['journal', 'log']);
const SUFFIX = '.json';

const listNames = async (path: string): Promise<readonly string[]> =>
  (await nodeStoreFiles.list(path)).toSorted();

/**
 * Opens the contents of a data directory and locks it. Rejects ERR_DATA_DIR_LOCKED while a service
 * uses it, and ERR_DATA_DIR.
 */
export async function openJsonStateArchive(
  dataDir: string,
  files: StoreFiles = nodeStoreFiles,
): Promise<StateArchive> {
  const lock = await lockDirectory(dataDir);
  try {
    // Closing the store copies its journal to the files of documents and logs.
    await (await JournaledStore.open(files, dataDir)).close();
  } catch (error) {
    await lock.release();
    throw error;
  }
  const directories = new DurableDirectories(files, dataDir);
  const documents = new DocumentFiles(files, dataDir, directories);
  const logs = new LogFiles(files, dataDir, directories);

  async function find(item: ArchiveItem): Promise<ArchiveItem | undefined> {
    if (item.type === 'document') {
      const { generation, sealed } = await documents.read(item.kind, item.id);
      return sealed === undefined
        ? undefined
        : { ...item, generation, sealed: decodeBase64url(sealed) };
    }
    const [entry] = await logs.read(item.log, item.number, item.number + 1);
    return entry && { ...item, sealed: decodeBase64url(entry.sealed) };
  }

  async function restore(item: ArchiveItem): Promise<void> {
    const known = await find(item);
    if (isSameItem(item, known)) return;
    if (known !== undefined) throw conflict(item);
    const sealed = encodeBase64url(item.sealed);
    if (item.type === 'document') {
      await documents.write(item.kind, item.id, { generation: item.generation, sealed });
    } else {
      const entries = [{ number: item.number, sealed }];
      await logs.write(item.log, { dropsBefore: 0, entries });
    }
  }

  return {
    items: async function* () {
      yield* documentsIn(dataDir, documents);
      yield* entriesIn(dataDir, logs);
    },
    find,
    restore: async (items) => {
      for (const item of items) await restore(item);
      await directories.syncChanged();
    },
    close: () => lock.release(),
  };
}

const conflict = (item: ArchiveItem): ServiceError =>
  new ServiceError('ERR_STORE_CONFLICT', { detail: { reason: describeItem(item) } });

async function* documentsIn(root: string, documents: DocumentFiles): AsyncIterable<ArchiveItem> {
  for (const kind of await listNames(root)) {
    if (!isStoreName(kind) || OTHERS.has(kind)) continue;
    for (const shard of await listNames(`${root}/${kind}`)) {
      for (const name of await listNames(`${root}/${kind}/${shard}`)) {
        const id = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : '';
        if (!isStoreName(id)) continue;
        const { generation, sealed = '' } = await documents.read(kind, id);
        yield { type: 'document', kind, id, generation, sealed: decodeBase64url(sealed) };
      }
    }
  }
}

async function* entriesIn(root: string, logs: LogFiles): AsyncIterable<ArchiveItem> {
  for (const shard of await listNames(`${root}/log`)) {
    for (const log of await listNames(`${root}/log/${shard}`)) {
      for (const { number, sealed } of await logs.read(log, 1, await logs.nextOf(log))) {
        yield { type: 'entry', log, number, sealed: decodeBase64url(sealed) };
      }
    }
  }
}
