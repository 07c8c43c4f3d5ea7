/** The store of unfinished runs. One writer an account: the active run. */
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import { removeDocument, replaceDocument } from '../accounts/single-writer.js';
import {
  decodeRunRecord,
  encodeRunRecord,
  RUN_KIND,
  runIdOf,
  type RunRecord,
} from './run-record.js';

export class RunRecords {
  readonly #documents: SealedDocuments;

  constructor(documents: SealedDocuments) {
    this.#documents = documents;
  }

  async find(id: string): Promise<RunRecord | undefined> {
    const opened = await this.#documents.find(RUN_KIND, id);
    return opened === undefined ? undefined : decodeRunRecord(opened.plain);
  }

  /** Durable when it resolves. */
  async save(record: RunRecord): Promise<void> {
    const id = runIdOf(record.subject);
    await replaceDocument(this.#documents, RUN_KIND, id, encodeRunRecord(record));
  }

  remove(id: string): Promise<void> {
    return removeDocument(this.#documents, RUN_KIND, id);
  }

  /** Removes the records of a user; answers their ids. */
  async eraseUser(userId: string): Promise<readonly string[]> {
    const erased: string[] = [];
    for await (const id of this.#documents.list(RUN_KIND)) {
      if (!id.startsWith(`${userId}-`)) continue;
      await this.remove(id);
      erased.push(id);
    }
    return erased;
  }

  /** Every record that can be opened; one that can not be is left where it is, for an operator to see. */
  async *all(): AsyncIterable<RunRecord> {
    for await (const id of this.#documents.list(RUN_KIND)) {
      const record = await this.find(id).catch(() => undefined);
      if (record !== undefined) yield record;
    }
  }
}
