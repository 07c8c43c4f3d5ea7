/** For documents that have one writer at a time: what is there is replaced, or removed, whatever generation it has. */
import type { SealedDocuments } from './sealed-documents.js';

/** Durable when it resolves. Rejects ERR_STORE_CONFLICT where there was a second writer after all. */
export async function replaceDocument(
  documents: SealedDocuments,
  kind: string,
  id: string,
  plain: Uint8Array,
): Promise<void> {
  const before = await documents.find(kind, id);
  await documents.commit(kind, id, before?.generation ?? 0, plain);
}

/** Does nothing where there is none. */
export async function removeDocument(
  documents: SealedDocuments,
  kind: string,
  id: string,
): Promise<void> {
  const before = await documents.find(kind, id);
  if (before !== undefined) await documents.remove(kind, id, before.generation);
}
