/**
 * Seals documents on their way to the store and opens them on their way back.
 *
 * A document opens only in its own place (application, kind, id and generation), and never at an
 * older generation than this process remembers. Otherwise reading that document rejects
 * ERR_STATE_TAMPERED. The process remembers a bounded number of recently used documents and forgets
 * them when it stops. Therefore it cannot detect a volume that was rolled back while it was
 * stopped; the threat model describes the effect.
 */
import { ServiceError } from '../errors.js';
import { openEnvelope, sealEnvelope } from '../protocol/sealed-envelope.js';
import type { DocumentStore } from './document-store.js';
import { RememberedGenerations } from './remembered-generations.js';

/** A document after opening, as plain bytes. */
export type OpenedDocument = { readonly generation: number; readonly plain: Uint8Array };

/** The sealed documents of a store. Only `typed-documents.ts` reads and writes through it. */
export type SealedDocuments = {
  /** Rejects ERR_STATE_TAMPERED and what the store rejects. */
  find(kind: string, id: string): Promise<OpenedDocument | undefined>;
  /**
   * Writes a document and returns its new generation. It is durable when the promise resolves. An
   * `expectedGeneration` of 0 means that the document must not exist.
   */
  commit(kind: string, id: string, expectedGeneration: number, plain: Uint8Array): Promise<number>;
  remove(kind: string, id: string, expectedGeneration: number): Promise<void>;
  list(kind: string): AsyncIterable<string>;
};

/** Derives the key (32 bytes) of a document. */
export type SealingKeys = { documentKey(kind: string, id: string): Uint8Array };

/**
 * The number of documents whose newest generation is remembered, about 10 MB of names and numbers.
 */
const MOST_REMEMBERED = 65_536;

/** Creates the sealed documents of a store. `onRead` is called on each read of the store. */
export function createSealedDocuments(
  store: DocumentStore,
  keys: SealingKeys,
  appId: string,
  randomBytes: (length: number) => Uint8Array,
  onRead: () => void = () => undefined,
): SealedDocuments {
  const remembered = new RememberedGenerations(MOST_REMEMBERED);
  const nameOf = (kind: string, id: string): string => `${kind}/${id}`;

  const tampered = (kind: string, id: string, cause?: unknown): ServiceError =>
    new ServiceError('ERR_STATE_TAMPERED', { cause, detail: { kind, id } });

  return {
    find: async (kind, id) => {
      onRead();
      const name = nameOf(kind, id);
      // A commit or a removal that ends during the read must not make valid bytes look rolled back.
      const before = { generation: remembered.get(name), removals: remembered.removals };
      const stored = await store.find(kind, id);
      const seen = Math.min(before.generation, remembered.get(name));
      if ((stored?.generation ?? 0) < seen) throw tampered(kind, id);
      if (stored === undefined) return undefined;
      const { generation, sealed } = stored;
      const key = keys.documentKey(kind, id);
      try {
        const plain = openEnvelope(key, { appId, kind, id, generation }, sealed);
        if (remembered.removals === before.removals) remembered.note(name, generation);
        return { generation, plain };
      } catch (cause) {
        throw tampered(kind, id, cause);
      } finally {
        key.fill(0);
      }
    },
    commit: async (kind, id, expectedGeneration, plain) => {
      const generation = expectedGeneration + 1;
      const key = keys.documentKey(kind, id);
      const sealed = sealEnvelope(key, randomBytes(12), { appId, kind, id, generation }, plain);
      key.fill(0);
      await store.commit(kind, id, expectedGeneration, { generation, sealed });
      remembered.note(nameOf(kind, id), generation);
      return generation;
    },
    remove: async (kind, id, expectedGeneration) => {
      await store.remove(kind, id, expectedGeneration);
      remembered.forget(nameOf(kind, id));
    },
    list: (kind) => store.list(kind),
  };
}
