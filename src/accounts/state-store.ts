/**
 * The store of sealed state. PORT with two primitives and one atomic commit, so that a change and
 * its audit entries never come apart.
 *
 * | primitive | address      | content                                                            |
 * | --------- | ------------ | ------------------------------------------------------------------ |
 * | document  | kind and id  | one sealed value; its generation increases by one with each put    |
 * | log       | name         | sealed entries with consecutive numbers, of which the oldest leave |
 *
 * A commit makes all of its changes durable or none of them. Each change states the generation or
 * the number that it expects, and a commit whose expectation fails rejects ERR_STORE_CONFLICT.
 * `test/contracts/state-store.ts` runs the same tests against every adapter.
 *
 * Kinds, ids and names of logs match `[A-Za-z0-9_-]{1,128}`. Anything else is a programming error
 * and rejects TypeError.
 */

/** The address of a document. */
export type DocumentAddress = { readonly kind: string; readonly id: string };

/** A sealed document as it is stored. */
export type StoredDocument = { readonly generation: number; readonly sealed: Uint8Array };

/** An entry of a log as it is stored. The first entry of a log has a number of at least 1. */
export type StoredEntry = { readonly number: number; readonly sealed: Uint8Array };

/** Where a document and a log stand: the document's generation, or 0, and the log's next number. */
export type StoreHead = { readonly generation: number; readonly next: number };

/** A document that a change expects at a generation. 0 means that it must not exist. */
export type ExpectedDocument = DocumentAddress & { readonly expected: number };

/**
 * One change of a commit. A commit contains at most one change of each document, and at most one
 * append to and one drop of each log.
 *
 * | change    | effect                                                                             |
 * | --------- | ---------------------------------------------------------------------------------- |
 * | `put`     | writes the document, whose generation is then `expected + 1`                       |
 * | `remove`  | removes the document                                                               |
 * | `require` | changes nothing: the commit succeeds only if the document has this generation      |
 * | `append`  | adds entries, of which the first gets the number `expected`. It must follow the    |
 * |           | last entry; a log without entries accepts any number                               |
 * | `drop`    | removes the entries with smaller numbers than `before`, after an append            |
 */
export type StoreChange =
  | ({ readonly change: 'put'; readonly sealed: Uint8Array } & ExpectedDocument)
  | ({ readonly change: 'remove' | 'require' } & ExpectedDocument)
  | {
      readonly change: 'append';
      readonly log: string;
      readonly expected: number;
      readonly sealed: readonly Uint8Array[];
    }
  | { readonly change: 'drop'; readonly log: string; readonly before: number };

/** A part of the ordered list of the ids of a kind. */
export type Page = { readonly after?: string | undefined; readonly limit: number };

/**
 * Why a store cannot make changes durable. `journal-full`: changes cannot be copied to their files,
 * and the journal accepts no more. `unavailable`: none of the other reasons.
 */
export type StoreFault =
  | 'no-space'
  | 'read-only'
  | 'io-error'
  | 'no-descriptors'
  | 'journal-full'
  | 'unavailable';

/** The store of sealed state. */
export type StateStore = {
  /**
   * Finds a document. Rejects ERR_STATE_TAMPERED if the stored bytes are not a document, and
   * ERR_STORE_UNAVAILABLE.
   */
  find(kind: string, id: string): Promise<StoredDocument | undefined>;
  /** Returns the generation of a document, or 0 if it does not exist. Rejects like `find`. */
  generationOf(kind: string, id: string): Promise<number>;
  /**
   * Returns at most `limit` entries in order, beginning with number `from`. Rejects like `find`.
   */
  readLog(log: string, from: number, limit: number): Promise<readonly StoredEntry[]>;
  /** Returns the number after the last entry, or 1 for a log without entries. */
  nextOf(log: string): Promise<number>;
  /** Returns `generationOf` a document and `nextOf` a log, for one trip to a database. */
  headOf(kind: string, id: string, log: string): Promise<StoreHead>;
  /**
   * Makes changes durable, all or none, before the promise resolves. Commits that overlap take
   * effect in any order. Rejects ERR_STORE_CONFLICT without an effect. Rejects
   * ERR_STORE_UNAVAILABLE if the changes could not be made durable.
   */
  commit(changes: readonly StoreChange[]): Promise<void>;
  /** Lists the ids of a kind that sort after `after`, in the order of their UTF-16 code units. */
  list(kind: string, page: Page): Promise<readonly string[]>;
  /**
   * Tests whether the store can make changes durable, and returns what prevents it. Rejects only if
   * the store was halted.
   */
  findFault(): Promise<StoreFault | undefined>;
  /** Finishes what is under way and releases the store. */
  close(): Promise<void>;
};

const NAME = /^[A-Za-z0-9_-]{1,128}$/;

/** Returns whether a text can be a kind, an id or the name of a log. */
export const isStoreName = (text: string): boolean => NAME.test(text);

/** Throws TypeError unless every text can be a kind, an id or the name of a log. */
export function requireStoreNames(...texts: readonly string[]): void {
  if (!texts.every(isStoreName)) throw new TypeError('A kind, id or log is not a plain name.');
}

const addressOf = (change: StoreChange): string =>
  'log' in change ? `${change.change} ${change.log}` : `${change.kind} ${change.id}`;

/** Throws TypeError for a commit with invalid names or with several changes of one thing. */
export function requireCommit(changes: readonly StoreChange[]): void {
  for (const change of changes) {
    if ('log' in change) requireStoreNames(change.log);
    else requireStoreNames(change.kind, change.id);
  }
  const distinct = new Set(changes.map(addressOf));
  if (distinct.size !== changes.length) throw new TypeError('A commit changes one thing twice.');
}
