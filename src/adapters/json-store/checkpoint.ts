import { Semaphore } from 'async-mutex';
import type { DocumentFiles } from './document-files.js';
import type { LogFiles } from './log-files.js';
import type { PendingChanges } from './pending-changes.js';
import type { DurableDirectories } from './store-files.js';

/** Splits the key of a document. Names contain no slash. */
function splitKey(key: string): readonly [kind: string, id: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

/**
 * How many files are written at once. Each write waits for the disk several times, and commits wait
 * for a checkpoint that falls behind them. The system has four threads for files by default, which
 * commits and reads use as well.
 */
const WRITES_AT_ONCE = 4;

/** The files that a checkpoint writes. */
export type CheckpointFiles = {
  readonly documents: DocumentFiles;
  readonly logs: LogFiles;
  /** The directories of both. */
  readonly directories: DurableDirectories;
};

/**
 * Makes pending changes durable in the files of documents and logs. Repeating it has no further
 * effect, so that it may be interrupted at any point and begun again. A document that `isNewer`
 * reports is skipped, because a later checkpoint writes it.
 */
export async function writeCheckpoint(
  pending: PendingChanges,
  { documents, logs, directories }: CheckpointFiles,
  isNewer: (key: string) => boolean,
): Promise<void> {
  const ofDocuments = [...pending.documents].map(([key, document]) => async () => {
    if (isNewer(key)) return;
    const [kind, id] = splitKey(key);
    await documents.write(kind, id, document);
  });
  const ofLogs = [...pending.logs].map(
    ([log, changes]) =>
      () =>
        logs.write(log, changes),
  );
  await writeAll([...ofDocuments, ...ofLogs]);
  await directories.syncChanged();
}

/** Rejects with the first error, once no write is under way any more. */
async function writeAll(writes: readonly (() => Promise<void>)[]): Promise<void> {
  const turns = new Semaphore(WRITES_AT_ONCE);
  const all = writes.map((write) =>
    turns.runExclusive(async () => {
      try {
        await write();
      } catch (error) {
        // Before the turn ends, so that no other write gets it.
        turns.cancel();
        throw error;
      }
    }),
  );
  await Promise.allSettled(all);
  await Promise.all(all);
}
