/** The store of unfinished runs. One writer an account: the active run. */
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import { type TypedDocuments, typedDocuments } from '../accounts/typed-documents.js';
import { runIdOf, type RunRecord, runRecordCodec } from './run-record.js';

export class RunRecords {
  readonly #documents: TypedDocuments<RunRecord>;

  constructor(documents: SealedDocuments) {
    this.#documents = typedDocuments(documents, runRecordCodec);
  }

  async find(id: string): Promise<RunRecord | undefined> {
    return (await this.#documents.find(id))?.value;
  }

  /** Durable when it resolves. */
  async save(record: RunRecord): Promise<void> {
    await this.#documents.replace(runIdOf(record.subject), record);
  }

  remove(id: string): Promise<void> {
    return this.#documents.remove(id);
  }

  /** Removes the records of a user; answers their ids. */
  async eraseUser(userId: string): Promise<readonly string[]> {
    const erased: string[] = [];
    for await (const id of this.#documents.list()) {
      if (!id.startsWith(`${userId}-`)) continue;
      await this.remove(id);
      erased.push(id);
    }
    return erased;
  }

  /** Every record that can be opened; one that can not be is left where it is, for an operator to see. */
  async *all(): AsyncIterable<RunRecord> {
    for await (const id of this.#documents.list()) {
      const record = await this.find(id).catch(() => undefined);
      if (record !== undefined) yield record;
    }
  }
}
