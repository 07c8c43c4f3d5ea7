/**
 * Sealed documents of one kind as typed values. The service reads and writes every document through
 * this file, so a document always passes the schema that later reads it.
 */
import { errorCodeOf } from '../errors.js';
import type { SealedCodec } from './sealed-codec.js';
import type { PlainChange, SealedDocuments } from './sealed-documents.js';

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
  /** Lists the ids of this kind in the order of their UTF-16 code units, or those with a prefix. */
  list(prefix?: string): AsyncIterable<string>;
  /** Returns the change that writes a document, for a commit of several changes. */
  put(id: string, expectedGeneration: number, value: T): PlainChange;
};

/** How often a document that others change is removed again. */
const ATTEMPTS = 8;
/** The number of ids that are listed at once. */
const PAGE = 1_000;

async function* listIds(
  documents: SealedDocuments,
  kind: string,
  prefix: string,
): AsyncIterable<string> {
  let ids = await documents.list(kind, { after: prefix, limit: PAGE });
  while (ids.length > 0) {
    for (const id of ids) {
      if (!id.startsWith(prefix)) return;
      yield id;
    }
    if (ids.length < PAGE) return;
    ids = await documents.list(kind, { after: ids.at(-1), limit: PAGE });
  }
}

/** Returns the sealed documents of the codec's kind as typed values. */
export function typedDocuments<T>(
  documents: SealedDocuments,
  { kind, encode, decode }: SealedCodec<T>,
): TypedDocuments<T> {
  const put = (id: string, expected: number, value: T): PlainChange => ({
    change: 'put',
    kind,
    id,
    expected,
    plain: encode(value),
  });
  const commit = async (id: string, expectedGeneration: number, value: T): Promise<number> => {
    await documents.commit([put(id, expectedGeneration, value)]);
    return expectedGeneration + 1;
  };
  const removeAt = (id: string, expected: number): Promise<void> =>
    documents.commit([{ change: 'remove', kind, id, expected }]);
  return {
    put,
    commit,
    removeAt,
    find: async (id) => {
      const opened = await documents.find(kind, id);
      return opened && { generation: opened.generation, value: decode(opened.plain) };
    },
    replace: async (id, value) => {
      await commit(id, await documents.generationOf(kind, id), value);
    },
    remove: async (id) => {
      for (let attempt = 1; ; attempt += 1) {
        const generation = await documents.generationOf(kind, id);
        if (generation === 0) return;
        try {
          return await removeAt(id, generation);
        } catch (error) {
          // Another replica changes or removes it at the same time.
          if (errorCodeOf(error) !== 'ERR_STORE_CONFLICT' || attempt >= ATTEMPTS) throw error;
        }
      }
    },
    list: (prefix = '') => listIds(documents, kind, prefix),
  };
}
