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
import { sealedCodec } from '../accounts/sealed-codec.js';
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import {
  type OpenedValue,
  type TypedDocuments,
  typedDocuments,
} from '../accounts/typed-documents.js';

const KEPT_WITHOUT_RECEIPTS = 16;

const archived = z.strictObject({
  document: documentSchema,
  archivedAtMs: z.number().int().nonnegative(),
  hasReceipts: z.boolean(),
});
type Archived = z.infer<typeof archived>;

/** A boot's document; the id is its statement's hash. */
export const bootDocumentCodec = sealedCodec<Archived>('boot-document', archived);

export class BootArchive {
  readonly #documents: TypedDocuments<Archived>;

  constructor(documents: SealedDocuments) {
    this.#documents = typedDocuments(documents, bootDocumentCodec);
  }

  /** The document of this name, undefined where it is not kept (any more). */
  async find(statementHash: string): Promise<AttestationDocument | undefined> {
    return (await this.#documents.find(statementHash))?.value.document;
  }

  /** Durable when it resolves. */
  async keep(document: AttestationDocument, nowMs: number): Promise<void> {
    const entry: Archived = { document, archivedAtMs: nowMs, hasReceipts: false };
    await this.#documents.commit(statementHashOf(document.statement), 0, entry);
  }

  /** Has a document kept for good. Durable when it resolves; may be said again. */
  async markReceipts(statementHash: string): Promise<void> {
    const found = await this.#documents.find(statementHash);
    if (found === undefined || found.value.hasReceipts) return;
    const { generation, value } = found;
    await this.#documents.commit(statementHash, generation, { ...value, hasReceipts: true });
  }

  /** Removes what nothing refers to, but for the newest. */
  async prune(): Promise<void> {
    const idle: { readonly id: string; readonly generation: number; readonly atMs: number }[] = [];
    for await (const id of this.#documents.list()) {
      const found = await this.#findReadable(id);
      if (found === undefined || found.value.hasReceipts) continue;
      idle.push({ id, generation: found.generation, atMs: found.value.archivedAtMs });
    }
    const old = idle.toSorted((a, b) => b.atMs - a.atMs).slice(KEPT_WITHOUT_RECEIPTS);
    for (const { id, generation } of old) await this.#documents.removeAt(id, generation);
  }

  /** One that cannot be read stays where it is, for an operator to see. */
  #findReadable(id: string): Promise<OpenedValue<Archived> | undefined> {
    return this.#documents.find(id).catch(() => undefined);
  }
}
