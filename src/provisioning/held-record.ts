import type { PlainChange } from '../accounts/sealed-documents.js';
import type { RunRecords } from './run-records.js';
import { runIdOf, type RunRecord, runRecordCodec } from './run-record.js';

/**
 * The record of a run that this process executes.
 *
 * Each save states the generation of the previous one. It is the fence of the run: once another
 * replica has taken the run over, every further save of this one rejects ERR_STORE_CONFLICT.
 */
export class HeldRecord {
  readonly #records: RunRecords;
  #generation: number;
  #latest: RunRecord;

  constructor(records: RunRecords, generation: number, record: RunRecord) {
    this.#records = records;
    this.#generation = generation;
    this.#latest = record;
  }

  /** The record as it was saved last, or is to be saved next. */
  get latest(): RunRecord {
    return this.#latest;
  }

  /** Saves the record. It is durable when the promise resolves. Rejects ERR_STORE_CONFLICT. */
  async save(record: RunRecord): Promise<void> {
    this.#latest = record;
    this.#generation = await this.#records.saveAt(this.#generation, record);
  }

  /** Returns the condition of a commit that only the process that holds the record may make. */
  condition(): PlainChange {
    const id = runIdOf(this.#latest.subject);
    const expected = this.#generation;
    return { change: 'require', kind: runRecordCodec.kind, id, expected };
  }
}
