/**
 * The boot documents of this start and earlier ones, stored on the sealed volume. A receipt names
 * the boot document whose key signed it.
 *
 * Each start archives its document. The next start removes the documents that no receipt refers to,
 * except the newest few, because an auditor may have noted their names.
 */
import type { AttestationDocument } from '../../attestation/schema/document.js';
import { documentSchema } from '../../attestation/schema/document.js';
import { statementHashOf } from '../../attestation/schema/statement.js';
import { z } from 'zod';
import { sealedCodec } from '../accounts/sealed-codec.js';
import { errorCodeOf } from '../errors.js';
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

/** The codec of an archived boot document. Its id is the hash of its statement. */
export const bootDocumentCodec = sealedCodec<Archived>('boot-document', archived);

function ignoreConflict(error: unknown): void {
  if (errorCodeOf(error) !== 'ERR_STORE_CONFLICT') throw error;
}

/** The archive of boot documents. */
export class BootArchive {
  readonly #documents: TypedDocuments<Archived>;
  readonly #findInUse: () => Promise<ReadonlySet<string>>;

  /** `findInUse` returns the names of the documents that replicas may still refer to. */
  constructor(
    documents: SealedDocuments,
    findInUse: () => Promise<ReadonlySet<string>> = async () => new Set(),
  ) {
    this.#documents = typedDocuments(documents, bootDocumentCodec);
    this.#findInUse = findInUse;
  }

  /** Returns the document with this name, or undefined if it is not archived. */
  async find(statementHash: string): Promise<AttestationDocument | undefined> {
    return (await this.#documents.find(statementHash))?.value.document;
  }

  /** Archives a document. It is durable when the promise resolves. */
  async keep(document: AttestationDocument, nowMs: number): Promise<void> {
    const entry: Archived = { document, archivedAtMs: nowMs, hasReceipts: false };
    await this.#documents.commit(statementHashOf(document.statement), 0, entry);
  }

  /** Marks a document as permanent. This is durable when the promise resolves, and idempotent. */
  async markReceipts(statementHash: string): Promise<void> {
    const found = await this.#documents.find(statementHash);
    if (found === undefined || found.value.hasReceipts) return;
    const { generation, value } = found;
    await this.#documents.commit(statementHash, generation, { ...value, hasReceipts: true });
  }

  /**
   * Removes all but the newest documents that no receipt and no replica refers to.
   */
  async prune(): Promise<void> {
    const idle: { readonly id: string; readonly generation: number; readonly atMs: number }[] = [];
    const inUse = await this.#findInUse();
    for await (const id of this.#documents.list()) {
      if (inUse.has(id)) continue;
      const found = await this.#findReadable(id);
      if (found === undefined || found.value.hasReceipts) continue;
      idle.push({ id, generation: found.generation, atMs: found.value.archivedAtMs });
    }
    const old = idle.toSorted((a, b) => b.atMs - a.atMs).slice(KEPT_WITHOUT_RECEIPTS);
    for (const { id, generation } of old) {
      // A conflict means that another replica has removed it, or has issued its first receipt.
      await this.#documents.removeAt(id, generation).catch(ignoreConflict);
    }
  }

  /** A document that cannot be read is left in place for the operator to examine. */
  #findReadable(id: string): Promise<OpenedValue<Archived> | undefined> {
    return this.#documents.find(id).catch(() => undefined);
  }
}
