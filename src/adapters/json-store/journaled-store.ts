/**
 * The JSON store: documents and logs in files, below a journal.
 *
 * A commit is durable once it is in the journal. Commits that wait for each other share one write
 * and one `fdatasync`. What is in the journal is served from memory until a checkpoint in the
 * background has made it durable in files; only then is its journal file removed. A crash leaves
 * files that are older than the journal, and the next start reads the journal before it serves
 * anything. The journal is bounded, so that this takes the same time for any number of users.
 *
 * | a crash while              | leaves                                 | the next start                |
 * | -------------------------- | -------------------------------------- | ----------------------------- |
 * | a commit is written        | an incomplete last line                | ignores it: not acknowledged  |
 * | a checkpoint writes files  | some new files, and the whole journal  | writes all of the files again |
 * | a journal file is removed  | files that contain its changes         | the same, with the same files |
 *
 * One process uses a directory at a time; `json-state-store.ts` locks it.
 */
import {
  requireCommit,
  requireStoreNames,
  type StateStore,
  type StoreChange,
  type StoreHead,
} from '../../accounts/state-store.js';
import { errorCodeOf, ServiceError } from '../../errors.js';
import { decodeBase64url } from '../../protocol/base64url.js';
import { CommitGroup, readExpected } from './check-commit.js';
import { Checkpoints } from './checkpoints.js';
import { DocumentFiles } from './document-files.js';
import { JournalFile, removeJournalFile, replayJournal } from './journal.js';
import { LogFiles } from './log-files.js';
import { DurableDirectories, type StoreFiles } from './store-files.js';
import { StoredState } from './stored-state.js';

/** A checkpoint begins when the journal file that receives commits has this many bytes. */
const CHECKPOINT_BYTES = 4 * 1024 * 1024;
/** Commits wait for the checkpoint when the journal file has this many times as many bytes. */
const MOST_CHECKPOINTS_BEHIND = 4;

/** What a caller may set. */
export type JournalOptions = {
  /** Only tests change it. */
  readonly checkpointBytes?: number;
  /** Called with the error of each checkpoint that fails. The store goes on from its journal. */
  readonly onCheckpointFailure?: ((error: unknown) => void) | undefined;
};

type Waiting = {
  readonly commit: readonly StoreChange[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/** Translates an error of the system. */
async function available<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (errorCodeOf(cause) !== undefined || cause instanceof TypeError) throw cause;
    throw new ServiceError('ERR_STORE_UNAVAILABLE', { cause });
  }
}

function decode(sealed: string): Uint8Array {
  try {
    return decodeBase64url(sealed);
  } catch (cause) {
    throw new ServiceError('ERR_STATE_TAMPERED', { cause });
  }
}

/** The store without its probe and its lock. */
export class JournaledStore implements Omit<StateStore, 'findFault'> {
  readonly #files: StoreFiles;
  readonly #directory: string;
  readonly #state: StoredState;
  readonly #checkpoints: Checkpoints;
  readonly #checkpointBytes: number;
  #journal: JournalFile;
  #waiting: Waiting[] = [];
  #committing: Promise<void> | undefined;

  /** Opens the store in a directory that exists and that no other process uses. */
  static async open(
    files: StoreFiles,
    root: string,
    options: JournalOptions = {},
  ): Promise<JournaledStore> {
    const directories = new DurableDirectories(files, root);
    const directory = await directories.make('journal');
    const replayed = await replayJournal(files, directory);
    const number = (replayed.files.at(-1) ?? 0) + 1;
    const journal = await JournalFile.create(files, directory, number);
    const documents = new DocumentFiles(files, root, directories);
    const logs = new LogFiles(files, root, directories);
    const state = new StoredState(documents, logs);
    state.apply(replayed.changes);
    const { onCheckpointFailure: onFailure = () => undefined } = options;
    const parts = { files, journal: directory, documents, logs, directories, state, onFailure };
    const checkpoints = new Checkpoints(parts);
    if (replayed.files.length > 0) checkpoints.freeze(replayed.files);
    return new JournaledStore({ files, directory, state, checkpoints }, journal, options);
  }

  private constructor(
    parts: {
      readonly files: StoreFiles;
      readonly directory: string;
      readonly state: StoredState;
      readonly checkpoints: Checkpoints;
    },
    journal: JournalFile,
    { checkpointBytes = CHECKPOINT_BYTES }: JournalOptions,
  ) {
    this.#files = parts.files;
    this.#directory = parts.directory;
    this.#state = parts.state;
    this.#checkpoints = parts.checkpoints;
    this.#checkpointBytes = checkpointBytes;
    this.#journal = journal;
  }

  /** Whether commits are rejected because the journal is full and cannot be copied to files. */
  get isFull(): boolean {
    return this.#isTooLong && this.#checkpoints.hasFailed;
  }

  async find(kind: string, id: string) {
    requireStoreNames(kind, id);
    const { generation, sealed } = await available(this.#state.find(kind, id));
    return sealed === undefined ? undefined : { generation, sealed: decode(sealed) };
  }

  async generationOf(kind: string, id: string): Promise<number> {
    requireStoreNames(kind, id);
    return available(this.#state.generationOf(kind, id));
  }

  async readLog(log: string, from: number, limit: number) {
    requireStoreNames(log);
    const entries = await available(this.#state.readLog(log, from, from + limit));
    return entries.map(({ number, sealed }) => ({ number, sealed: decode(sealed) }));
  }

  async nextOf(log: string): Promise<number> {
    requireStoreNames(log);
    return available(this.#state.nextOf(log));
  }

  async headOf(kind: string, id: string, log: string): Promise<StoreHead> {
    return { generation: await this.generationOf(kind, id), next: await this.nextOf(log) };
  }

  async list(...[kind, page]: Parameters<StateStore['list']>): Promise<readonly string[]> {
    requireStoreNames(kind);
    return available(this.#state.list(kind, page));
  }

  async commit(commit: readonly StoreChange[]): Promise<void> {
    requireCommit(commit);
    await available(readExpected(this.#state, commit));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ commit, resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  /** Finishes commits and writes a checkpoint, so that the directory contains an empty journal. */
  async close(): Promise<void> {
    await this.#committing;
    await this.#checkpoints.settled();
    // What a failed checkpoint leaves is in the journal, and the next start reads it.
    this.#checkpoints.continue();
    await this.#checkpoints.settled();
    if (!this.#checkpoints.isDue && !this.#state.fresh.isEmpty) await this.#rotate();
    await this.#journal.close();
    if (this.#state.fresh.isEmpty) {
      await removeJournalFile(this.#files, this.#directory, this.#journal.number).catch(
        () => undefined,
      );
    }
  }

  async #commitAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const waiting = this.#waiting;
        this.#waiting = [];
        await this.#commitGroup(waiting);
      }
    } finally {
      // In the same step as the last look at what waits: a commit that arrives later begins anew.
      this.#committing = undefined;
    }
  }

  async #commitGroup(waiting: readonly Waiting[]): Promise<void> {
    const group = new CommitGroup(this.#state);
    const accepted: Waiting[] = [];
    for (const each of waiting) {
      try {
        await available(group.add(each.commit));
        accepted.push(each);
      } catch (error) {
        each.reject(error);
      }
    }
    try {
      if (group.changes.length > 0) await this.#makeDurable(group);
      for (const { resolve } of accepted) resolve();
    } catch (cause) {
      const error = new ServiceError('ERR_STORE_UNAVAILABLE', { cause });
      for (const { reject } of accepted) reject(error);
    }
  }

  async #makeDurable({ changes }: CommitGroup): Promise<void> {
    if (this.#journal.bytes >= this.#checkpointBytes) await this.#makeRoom();
    await this.#journal.append(changes);
    this.#state.apply(changes);
  }

  get #isTooLong(): boolean {
    return this.#journal.bytes >= this.#checkpointBytes * MOST_CHECKPOINTS_BEHIND;
  }

  /** Begins a checkpoint, and waits for the one under way only if the journal gets too long. */
  async #makeRoom(): Promise<void> {
    const isTooLong = this.#isTooLong;
    this.#checkpoints.continue();
    if (isTooLong) await this.#checkpoints.settled();
    if (!this.#checkpoints.isDue) await this.#freeze();
    else if (isTooLong) throw new Error('The journal is full because its files cannot be written.');
  }

  /** Begins a new journal file, and a checkpoint of the one before it. */
  async #freeze(): Promise<void> {
    const before = this.#journal;
    this.#journal = await JournalFile.create(this.#files, this.#directory, before.number + 1);
    this.#checkpoints.freeze([before.number]);
    await before.close();
  }

  async #rotate(): Promise<void> {
    try {
      await this.#freeze();
      await this.#checkpoints.settled();
    } catch {
      // The changes stay in the journal.
    }
  }
}
