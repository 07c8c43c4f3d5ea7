/**
 * Boot documents of this and former starts, kept on the sealed volume: a receipt names the one whose key signed it.
 *
 * Every boot's document is archived at its start. At the next start those that no receipt refers to go, but for the newest
 * few: an auditor may have noted a name a while ago.
 */
import type { AttestationDocument } from '../../attestation/schema/document.js';
import { documentSchema } from '../../attestation/schema/document.js';
import { statementHashOf } from '../../attestation/schema/statement.js';
import { z } from 'zod';
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import { decodeUtf8, utf8 } from '../protocol/bytes.js';

const KIND = 'boot-document';
const KEPT_WITHOUT_RECEIPTS = 16;

const archived = z.strictObject({
  document: documentSchema,
  archivedAtMs: z.number().int().nonnegative(),
  hasReceipts: z.boolean(),
});
type Archived = z.infer<typeof archived>;

export class BootArchive {
  readonly #documents: SealedDocuments;

  constructor(documents: SealedDocuments) {
    this.#documents = documents;
  }

  /** The document of this name, undefined where it is not kept (any more). */
  async find(statementHash: string): Promise<AttestationDocument | undefined> {
    return (await this.#open(statementHash))?.entry.document;
  }

  /** Durable when it resolves. */
  async keep(document: AttestationDocument, nowMs: number): Promise<void> {
    const entry: Archived = { document, archivedAtMs: nowMs, hasReceipts: false };
    await this.#commit(statementHashOf(document.statement), 0, entry);
  }

  /** Has a document kept for good. Durable when it resolves; may be said again. */
  async markReceipts(statementHash: string): Promise<void> {
    const found = await this.#open(statementHash);
    if (found === undefined || found.entry.hasReceipts) return;
    await this.#commit(statementHash, found.generation, { ...found.entry, hasReceipts: true });
  }

  /** Removes what nothing refers to, but for the newest. */
  async prune(): Promise<void> {
    const idle: { readonly id: string; readonly generation: number; readonly atMs: number }[] = [];
    for await (const id of this.#documents.list(KIND)) {
      const found = await this.#open(id).catch(() => undefined);
      if (found === undefined || found.entry.hasReceipts) continue;
      idle.push({ id, generation: found.generation, atMs: found.entry.archivedAtMs });
    }
    const old = idle.toSorted((a, b) => b.atMs - a.atMs).slice(KEPT_WITHOUT_RECEIPTS);
    for (const { id, generation } of old) await this.#documents.remove(KIND, id, generation);
  }

  async #open(id: string): Promise<{ generation: number; entry: Archived } | undefined> {
    const opened = await this.#documents.find(KIND, id);
    if (opened === undefined) return undefined;
    const entry = archived.parse(JSON.parse(decodeUtf8(opened.plain) ?? ''));
    return { generation: opened.generation, entry };
  }

  async #commit(id: string, generation: number, entry: Archived): Promise<void> {
    await this.#documents.commit(KIND, id, generation, utf8(JSON.stringify(entry)));
  }
}
