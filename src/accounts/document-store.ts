/** A sealed document as it rests; the generation rises by one with each commit. */
export type StoredDocument = { readonly generation: number; readonly sealed: Uint8Array };

/**
 * Where sealed documents rest. PORT, with compare-and-swap on the generation; `test/contracts` holds every adapter to it.
 *
 * Kinds and ids are of the form `[A-Za-z0-9_-]{1,128}`; anything else is a bug of ours (TypeError).
 */
export type DocumentStore = {
  /** Rejects ERR_STATE_TAMPERED for a document that is there and can not be read as one, ERR_STORE_UNAVAILABLE. */
  find(kind: string, id: string): Promise<StoredDocument | undefined>;
  /** Durable when it resolves. `expectedGeneration` 0: must not exist. Rejects ERR_STORE_CONFLICT, ERR_STORE_UNAVAILABLE. */
  commit(kind: string, id: string, expectedGeneration: number, next: StoredDocument): Promise<void>;
  /** Rejects ERR_STORE_CONFLICT, ERR_STORE_UNAVAILABLE. */
  remove(kind: string, id: string, expectedGeneration: number): Promise<void>;
  /** The ids of a kind, in no order. */
  list(kind: string): AsyncIterable<string>;
  /** Whether a file can be made durable here, by making one. */
  isWritable(): Promise<boolean>;
  /** Releases the directory to another process. */
  close(): Promise<void>;
};
