/**
 * Sealed documents of one kind as typed values. The service reads and writes every document through
 * this file, so a document always passes the schema that later reads it.
 */
import type { SealedCodec } from './sealed-codec.js';
import type { SealedDocuments } from './sealed-documents.js';

/** A value with the generation at which it was read. */
export type OpenedValue<T> = { readonly generation: number; readonly value: T };

/** Reads and writes the documents of one kind. */
export type TypedDocuments<T> = {
  /** Rejects ERR_STATE_TAMPERED for a document that cannot be trusted. */
  find(id: string): Promise<OpenedValue<T> | undefined>;
  /**
   * Writes a document and returns its new generation. It is durable when the promise resolves. An
   * `expectedGeneration` of 0 means that the document must not exist.
   */
  commit(id: string, expectedGeneration: number, value: T): Promise<number>;
  /**
   * Overwrites the document at any generation. For documents with one writer at a time. Rejects
   * ERR_STORE_CONFLICT.
   */
  replace(id: string, value: T): Promise<void>;
  /** Removes the document at this generation. Rejects ERR_STORE_CONFLICT. */
  removeAt(id: string, expectedGeneration: number): Promise<void>;
  /** Removes the document at any generation, or does nothing if it does not exist. */
  remove(id: string): Promise<void>;
  /** Lists the ids of this kind in no particular order. */
  list(): AsyncIterable<string>;
};

/** Returns the sealed documents of the codec's kind as typed values. */
export function typedDocuments<T>(
  documents: SealedDocuments,
  { kind, encode, decode }: SealedCodec<T>,
): TypedDocuments<T> {
  const commit = (id: string, expectedGeneration: number, value: T): Promise<number> =>
    documents.commit(kind, id, expectedGeneration, encode(value));
  const removeAt = (id: string, expectedGeneration: number): Promise<void> =>
    documents.remove(kind, id, expectedGeneration);
  return {
    commit,
    removeAt,
    find: async (id) => {
      const opened = await documents.find(kind, id);
      return opened && { generation: opened.generation, value: decode(opened.plain) };
    },
    replace: async (id, value) => {
      const before = await documents.find(kind, id);
      await commit(id, before?.generation ?? 0, value);
    },
    remove: async (id) => {
      const before = await documents.find(kind, id);
      if (before !== undefined) await removeAt(id, before.generation);
    },
    list: () => documents.list(kind),
  };
}
