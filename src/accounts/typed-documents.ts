/**
 * Sealed documents of one kind as values. Every document of the service is read and written through this file, so nothing
 * reaches the store without passing the schema by which it is read again.
 */
import type { SealedCodec } from './sealed-codec.js';
import type { SealedDocuments } from './sealed-documents.js';

export type OpenedValue<T> = { readonly generation: number; readonly value: T };

export type TypedDocuments<T> = {
  /** Rejects ERR_STATE_TAMPERED for a document that cannot be trusted. */
  find(id: string): Promise<OpenedValue<T> | undefined>;
  /** Durable when it resolves; returns the new generation. `expectedGeneration` 0: the document must not exist. */
  commit(id: string, expectedGeneration: number, value: T): Promise<number>;
  /** Writes over whatever generation exists, for documents with one writer at a time. Rejects ERR_STORE_CONFLICT. */
  replace(id: string, value: T): Promise<void>;
  /** Removes the document at this generation. Rejects ERR_STORE_CONFLICT. */
  removeAt(id: string, expectedGeneration: number): Promise<void>;
  /** Removes the document whatever its generation is, or does nothing where there is none. */
  remove(id: string): Promise<void>;
  /** The ids of this kind, in no order. */
  list(): AsyncIterable<string>;
};

/** Views the sealed documents of the codec's kind as values. */
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
