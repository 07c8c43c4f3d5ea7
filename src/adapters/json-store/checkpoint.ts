import type { DocumentFiles } from './document-files.js';
import type { LogFiles } from './log-files.js';
import type { PendingChanges } from './pending-changes.js';

/** Splits the key of a document. Names contain no slash. */
function splitKey(key: string): readonly [kind: string, id: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

/**
 * Makes pending changes durable in the files of documents and logs. Repeating it has no further
 * effect, so that it may be interrupted at any point and begun again. A document that `isNewer`
 * reports is skipped, because a later checkpoint writes it.
 */
export async function writeCheckpoint(
  pending: PendingChanges,
  documents: DocumentFiles,
  logs: LogFiles,
  isNewer: (key: string) => boolean,
): Promise<void> {
  for (const [key, document] of pending.documents) {
    if (isNewer(key)) continue;
    const [kind, id] = splitKey(key);
    await documents.write(kind, id, document);
  }
  for (const [log, changes] of pending.logs) await logs.write(log, changes);
}
