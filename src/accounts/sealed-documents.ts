/**
 * Documents, sealed on their way to the store and opened on their way back.
 *
 * A document opens only in its own place (kind, id, generation, application), and never at an older generation than this
 * process remembers: ERR_STATE_TAMPERED, for that document alone. The process remembers the documents that it used last,
 * within a bound, and forgets them when it stops. A volume put back in time across a restart cannot be told from an
 * honest one; the threat model says what that brings back.
 */
import { ServiceError } from '../errors.js';
import { openEnvelope, sealEnvelope } from '../protocol/sealed-envelope.js';
import type { DocumentStore } from './document-store.js';
import { RememberedGenerations } from './remembered-generations.js';

/** A document that was opened, in its plain bytes. */
export type OpenedDocument = { readonly generation: number; readonly plain: Uint8Array };

/** The sealed documents of a store; `typed-documents.ts` is the one file that reads and writes through it. */
export type SealedDocuments = {
  find(kind: string, id: string): Promise<OpenedDocument | undefined>;
  /** Durable when it resolves; answers the new generation. `expectedGeneration` 0: must not exist. */
  commit(kind: string, id: string, expectedGeneration: number, plain: Uint8Array): Promise<number>;
  remove(kind: string, id: string, expectedGeneration: number): Promise<void>;
  list(kind: string): AsyncIterable<string>;
};

export type SealingKeys = { documentKey(kind: string, id: string): Uint8Array };

/** Documents whose newest generation is remembered: about 10 MB of names and numbers. */
const MOST_REMEMBERED = 65_536;

/** Seals the documents of a store. `onRead` is called for each read of the store. */
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
      // A commit or a removal that ends during the read must not make honest bytes look rolled back.
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
