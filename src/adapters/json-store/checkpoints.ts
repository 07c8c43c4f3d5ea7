/**
 * Copies what is frozen to the files of documents and logs, and then removes the journal files that
 * contained it.
 *
 * This class owns the frozen changes and the numbers of their journal files. A checkpoint that
 * fails leaves both as they are, and the next one begins again: writing a file twice has no further
 * effect.
 */
import { type CheckpointFiles, writeCheckpoint } from './checkpoint.js';
import { removeJournalFile } from './journal.js';
import { PendingChanges } from './pending-changes.js';
import type { StoreFiles } from './store-files.js';
import type { StoredState } from './stored-state.js';

/** What checkpoints depend on. */
export type CheckpointParts = CheckpointFiles & {
  readonly files: StoreFiles;
  /** The directory of the journal. */
  readonly journal: string;
  readonly state: StoredState;
  /** Called with the error of each checkpoint that fails. */
  readonly onFailure: (error: unknown) => void;
};

/** The checkpoints of one store. */
export class Checkpoints {
  readonly #parts: CheckpointParts;
  #frozenFiles: readonly number[] = [];
  #underWay: Promise<void> | undefined;
  #hasFailed = false;

  constructor(parts: CheckpointParts) {
    this.#parts = parts;
  }

  /** Whether the last checkpoint failed. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Whether frozen changes are not in their files yet. */
  get isDue(): boolean {
    return this.#frozenFiles.length > 0;
  }

  /** Freezes the changes of these journal files, and begins to copy them. Nothing may be frozen. */
  freeze(journalFiles: readonly number[]): void {
    const { state } = this.#parts;
    state.frozen = state.fresh;
    state.fresh = new PendingChanges();
    this.#frozenFiles = journalFiles;
    this.continue();
  }

  /** Begins again after a failure. Does nothing while a checkpoint is under way or none is due. */
  continue(): void {
    if (!this.isDue) return;
    this.#underWay ??= this.#write()
      .then(
        () => {
          this.#hasFailed = false;
        },
        (error: unknown) => {
          this.#hasFailed = true;
          this.#parts.onFailure(error);
        },
      )
      .finally(() => {
        this.#underWay = undefined;
      });
  }

  /** Resolves when the checkpoint under way has succeeded or failed. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  async #write(): Promise<void> {
    const { files, journal, state } = this.#parts;
    const isNewer = (key: string): boolean => state.fresh.documents.has(key);
    await writeCheckpoint(state.frozen, this.#parts, isNewer);
    for (const number of this.#frozenFiles) await removeJournalFile(files, journal, number);
    this.#frozenFiles = [];
    state.frozen = new PendingChanges();
  }
}
