/** A sealed document as it is stored. Its generation increases by one with each commit. */
export type StoredDocument = { readonly generation: number; readonly sealed: Uint8Array };

/**
 * The store of sealed documents. This is a port with compare-and-swap on the generation;
 * `test/contracts` runs the same tests against every adapter.
 *
 * Kinds and ids match `[A-Za-z0-9_-]{1,128}`. Anything else is a programming error and throws
 * TypeError.
 */
export type DocumentStore = {
  /**
   * Finds a document. Rejects ERR_STATE_TAMPERED if the stored bytes are not a document, and
   * ERR_STORE_UNAVAILABLE.
   */
  find(kind: string, id: string): Promise<StoredDocument | undefined>;
  /**
   * Writes a document, which is durable when the promise resolves. An `expectedGeneration` of 0
   * means that the document must not exist. Rejects ERR_STORE_CONFLICT or ERR_STORE_UNAVAILABLE.
   */
  commit(kind: string, id: string, expectedGeneration: number, next: StoredDocument): Promise<void>;
  /** Removes a document. Rejects ERR_STORE_CONFLICT or ERR_STORE_UNAVAILABLE. */
  remove(kind: string, id: string, expectedGeneration: number): Promise<void>;
  /** Lists the ids of a kind in no particular order. */
  list(kind: string): AsyncIterable<string>;
  /** Tests whether the store can make a file durable by writing one. */
  isWritable(): Promise<boolean>;
  /** Releases the directory so that another process can open it. */
  close(): Promise<void>;
};
