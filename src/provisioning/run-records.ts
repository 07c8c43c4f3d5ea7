/**
 * The store of unfinished runs. Each record has one writer, the active run of its account on one
 * replica.
 */
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import {
  type OpenedValue,
  type TypedDocuments,
  typedDocuments,
} from '../accounts/typed-documents.js';
import { runIdOf, type RunRecord, runRecordCodec } from './run-record.js';

/** Stores the records of unfinished runs. */
export class RunRecords {
  readonly #documents: TypedDocuments<RunRecord>;

  constructor(documents: SealedDocuments) {
    this.#documents = typedDocuments(documents, runRecordCodec);
  }

  /** Returns the record with this id, if there is one. */
  async find(id: string): Promise<RunRecord | undefined> {
    return (await this.#documents.find(id))?.value;
  }

  /** Returns the record with this id and its generation, if there is one. */
  open(id: string): Promise<OpenedValue<RunRecord> | undefined> {
    return this.#documents.find(id);
  }

  /**
   * Saves a record that has this generation, or 0 for a new one, and returns its new generation. It
   * is durable when the promise resolves. Rejects ERR_STORE_CONFLICT.
   */
  saveAt(generation: number, record: RunRecord): Promise<number> {
    return this.#documents.commit(runIdOf(record.subject), generation, record);
  }

  /** Removes a record, if there is one. */
  remove(id: string): Promise<void> {
    return this.#documents.remove(id);
  }

  /** Removes the records of a user and returns their ids. */
  async eraseUser(userId: string): Promise<readonly string[]> {
    const erased: string[] = [];
    for await (const id of this.#documents.list()) {
      if (!id.startsWith(`${userId}-`)) continue;
      await this.remove(id);
      erased.push(id);
    }
    return erased;
  }

  /** Yields every record that opens. Others are left in place for the operator to examine. */
  async *all(): AsyncIterable<RunRecord> {
    for await (const id of this.#documents.list()) {
      const record = await this.find(id).catch(() => undefined);
      if (record !== undefined) yield record;
    }
  }
}
