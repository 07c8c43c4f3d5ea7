/**
 * Moves the whole state between a store and a file. Each step can be interrupted and repeated.
 *
 * | step   | what it does                                      | repeated after an interruption     |
 * | ------ | ------------------------------------------------- | ---------------------------------- |
 * | export | writes FILE.part, and renames it once it is whole | continues after the last item      |
 * | import | checks the file, then writes what is missing      | skips what the store contains      |
 * | verify | compares every item in both directions            | begins anew                        |
 */
import { existsSync } from 'node:fs';
import { open, rename, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type ArchiveItem,
  describeItem,
  isSameItem,
  type StateArchive,
} from '../accounts/state-archive.js';
import { ServiceError } from '../errors.js';
import {
  ArchiveDigest,
  type ArchiveEnd,
  checkArchiveFile,
  completeLines,
  encodeItem,
  HEADER,
  readArchiveFile,
} from './archive-file.js';

/** Receives how many items are done, and how many there are if that is known. */
export type OnProgress = (done: number, total?: number) => void;

const BATCH = 256;

const differs = (item: ArchiveItem): ServiceError =>
  new ServiceError('ERR_STATE_DIFFERS', { detail: { reason: describeItem(item) } });

const totalOf = ({ documents, entries }: ArchiveEnd): number => documents + entries;

async function* batchesOf(items: AsyncIterable<ArchiveItem>): AsyncIterable<ArchiveItem[]> {
  let batch: ArchiveItem[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Reads what an interrupted export has written, and cuts an incomplete line. */
async function resumePart(part: string, digest: ArchiveDigest): Promise<number> {
  if (!existsSync(part)) return 0;
  let bytes = 0;
  for await (const line of completeLines(part)) {
    digest.add(line);
    bytes += Buffer.byteLength(line) + 1;
  }
  await truncate(part, bytes);
  return digest.documents + digest.entries;
}

/**
 * Writes the contents of a store to a new file. Rejects ERR_STATE_FILE_EXISTS, and
 * ERR_STATE_DIFFERS if the store is not the one that an interrupted export began with.
 */
export async function exportState(
  archive: StateArchive,
  path: string,
  onProgress: OnProgress,
): Promise<ArchiveEnd> {
  if (existsSync(path)) throw new ServiceError('ERR_STATE_FILE_EXISTS', { detail: { path } });
  const part = `${path}.part`;
  const digest = new ArchiveDigest();
  const written = await resumePart(part, digest);
  const file = await open(part, 'a', 0o600);
  const write = async (lines: readonly string[]): Promise<void> => {
    for (const line of lines) digest.add(line);
    await file.appendFile(lines.map((line) => `${line}\n`).join(''));
  };
  try {
    if (written === 0 && (await file.stat()).size === 0) await write([HEADER]);
    let seen = 0;
    for await (const batch of batchesOf(archive.items())) {
      await write(batch.slice(Math.max(0, written - seen)).map(encodeItem));
      seen += batch.length;
      onProgress(seen);
    }
    const end = { documents: digest.documents, entries: digest.entries };
    await file.appendFile(`${digest.end()}\n`);
    await file.sync();
    await verifyStore(archive, part);
    await rename(part, path);
    await syncDirectory(dirname(path));
    return end;
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * Writes the contents of a file to a store that is empty, or that an interrupted import has begun
 * to fill. Rejects ERR_STATE_FILE before anything is written, and ERR_STORE_CONFLICT if the store
 * has other contents.
 */
export async function importState(
  archive: StateArchive,
  path: string,
  onProgress: OnProgress,
): Promise<ArchiveEnd> {
  const end = await checkArchiveFile(path);
  let done = 0;
  for await (const batch of batchesOf(readArchiveFile(path))) {
    await archive.restore(batch);
    done += batch.length;
    onProgress(done, totalOf(end));
  }
  return end;
}

/**
 * Compares a file with a store, item by item and in both directions. Rejects ERR_STATE_FILE and
 * ERR_STATE_DIFFERS, with the first item that differs.
 */
export async function verifyState(
  archive: StateArchive,
  path: string,
  onProgress: OnProgress,
): Promise<ArchiveEnd> {
  const end = await checkArchiveFile(path);
  let done = 0;
  for await (const item of readArchiveFile(path)) {
    if (!isSameItem(item, await archive.find(item))) throw differs(item);
    done += 1;
    if (done % BATCH === 0) onProgress(done, totalOf(end));
  }
  await requireNoMore(archive, totalOf(end));
  return end;
}

async function verifyStore(archive: StateArchive, path: string): Promise<void> {
  await verifyState(archive, path, () => undefined);
}

/** The file contains every item of the store if neither has more of them. */
async function requireNoMore(archive: StateArchive, total: number): Promise<void> {
  let count = 0;
  for await (const item of archive.items()) {
    count += 1;
    if (count > total) throw differs(item);
  }
}
