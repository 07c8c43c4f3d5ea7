/**
 * Seals documents and entries of logs on their way to the store and opens them on their way back.
 *
 * A document opens only in its own place (application, kind, id and generation), and never at an
 * older generation than this process remembers. An entry of a log opens only in its log and at its
 * number, and a log never ends before an entry that this process remembers. Otherwise reading
 * rejects ERR_STATE_TAMPERED. The process remembers a bounded number of recently used documents and
 * logs and forgets them when it stops. Therefore it cannot detect a volume that was rolled back
 * while it was stopped; the threat model describes the effect. On a shared store, a document that
 * is older than remembered may be the work of another replica (`removable-kinds.ts`).
 */
import { ServiceError } from '../errors.js';
import { type EnvelopePlace, openEnvelope, sealEnvelope } from '../protocol/sealed-envelope.js';
import { RememberedGenerations } from './remembered-generations.js';
import { mayAnotherReplicaHaveLeft } from './removable-kinds.js';
import type { ExpectedDocument, Page, StateStore, StoreChange, StoreHead } from './state-store.js';

/** A document after opening, as plain bytes. */
export type OpenedDocument = { readonly generation: number; readonly plain: Uint8Array };

/** An entry of a log after opening, as plain bytes. */
export type OpenedEntry = { readonly number: number; readonly plain: Uint8Array };

/** A change of a commit, with plain bytes. `StoreChange` describes what each does. */
export type PlainChange =
  | ({ readonly change: 'put'; readonly plain: Uint8Array } & ExpectedDocument)
  | ({ readonly change: 'remove' | 'require' } & ExpectedDocument)
  | {
      readonly change: 'append';
      readonly log: string;
      readonly expected: number;
      readonly plain: readonly Uint8Array[];
    }
  | { readonly change: 'drop'; readonly log: string; readonly before: number };

/** The sealed documents and logs of a store. Only the files of this folder use it. */
export type SealedDocuments = {
  /** Rejects ERR_STATE_TAMPERED and what the store rejects. */
  find(kind: string, id: string): Promise<OpenedDocument | undefined>;
  /** Returns the generation of a document, or 0, without opening the document. */
  generationOf(kind: string, id: string): Promise<number>;
  /**
   * Returns at most `limit` entries in order. Rejects ERR_STATE_TAMPERED and what the store
   * rejects.
   */
  readLog(log: string, from: number, limit: number): Promise<readonly OpenedEntry[]>;
  /** Returns the number after the last entry, or 1. Rejects ERR_STATE_TAMPERED. */
  nextOf(log: string): Promise<number>;
  /** Returns `generationOf` a document and `nextOf` a log, and rejects as they do. */
  headOf(kind: string, id: string, log: string): Promise<StoreHead>;
  /** Makes changes durable, all or none, before the promise resolves. Rejects like the store. */
  commit(changes: readonly PlainChange[]): Promise<void>;
  list(kind: string, page: Page): Promise<readonly string[]>;
};

/** Derives the key (32 bytes) of a document or, with the kind `log`, of a log. */
export type SealingKeys = { documentKey(kind: string, id: string): Uint8Array };

/**
 * The number of documents and logs whose newest generation is remembered, about 10 MB of names and
 * numbers.
 */
const MOST_REMEMBERED = 65_536;

/** The kind in the place of an entry. No document has it. */
const LOG = 'log';

const nameOf = (kind: string, id: string): string => `${kind}/${id}`;

const tampered = (kind: string, id: string, cause?: unknown): ServiceError =>
  new ServiceError('ERR_STATE_TAMPERED', { cause, detail: { kind, id } });

/** The place of sealed documents, and what is done with them. */
export type SealingOptions = {
  readonly appId: string;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Called on each read of the store. */
  readonly onRead?: () => void;
  /** Whether other replicas may use the store at the same time. */
  readonly isShared?: boolean;
};

/** Creates the sealed documents of a store. */
export function createSealedDocuments(
  store: StateStore,
  keys: SealingKeys,
  { appId, randomBytes, onRead = () => undefined, isShared = false }: SealingOptions,
): SealedDocuments {
  const remembered = new RememberedGenerations(MOST_REMEMBERED);

  /** Throws ERR_STATE_TAMPERED for a document that is older than one that was seen. */
  function requireNewest(kind: string, id: string, generation: number, seen: number): void {
    if (generation >= seen) return;
    if (!isShared || !mayAnotherReplicaHaveLeft(kind, generation)) throw tampered(kind, id);
  }

  /** Throws ERR_STATE_TAMPERED for a log that ends before an entry that was seen. */
  function requireWhole(log: string, next: number, seen: number): void {
    // On a shared store, another replica may have deleted the user together with the whole log.
    if (next < seen && !(isShared && next === 1)) throw tampered(LOG, log);
  }

  /** Hands the key of a place to the work and wipes it afterwards. */
  function withKey<T>(kind: string, id: string, work: (key: Uint8Array) => T): T {
    const key = keys.documentKey(kind, id);
    try {
      return work(key);
    } finally {
      key.fill(0);
    }
  }

  function open(key: Uint8Array, place: Omit<EnvelopePlace, 'appId'>, sealed: Uint8Array) {
    try {
      return openEnvelope(key, { appId, ...place }, sealed);
    } catch (cause) {
      throw tampered(place.kind, place.id, cause);
    }
  }

  function seal(change: PlainChange): StoreChange {
    if (change.change === 'put') {
      const { kind, id, expected, plain } = change;
      if (kind === LOG) throw new TypeError('The kind of a document is not "log".');
      const place = { appId, kind, id, generation: expected + 1 };
      const sealed = withKey(kind, id, (key) => sealEnvelope(key, randomBytes(12), place, plain));
      return { change: 'put', kind, id, expected, sealed };
    }
    if (change.change !== 'append') return change;
    const { log, expected, plain } = change;
    const sealed = withKey(LOG, log, (key) =>
      plain.map((each, index) => {
        const place = { appId, kind: LOG, id: log, generation: expected + index };
        return sealEnvelope(key, randomBytes(12), place, each);
      }),
    );
    return { change: 'append', log, expected, sealed };
  }

  function remember(change: PlainChange): void {
    if (change.change === 'put') {
      remembered.note(nameOf(change.kind, change.id), change.expected + 1);
    } else if (change.change === 'remove') {
      remembered.forget(nameOf(change.kind, change.id));
    } else if (change.change === 'append') {
      remembered.note(nameOf(LOG, change.log), change.expected + change.plain.length);
    }
  }

  function forgetDropped(change: PlainChange): void {
    if (change.change !== 'drop') return;
    const name = nameOf(LOG, change.log);
    if (remembered.get(name) <= change.before) remembered.forget(name);
  }

  return {
    find: async (kind, id) => {
      onRead();
      const name = nameOf(kind, id);
      // A commit or a removal that ends during the read must not make valid bytes look rolled back.
      const before = { generation: remembered.get(name), removals: remembered.removals };
      const stored = await store.find(kind, id);
      const seen = Math.min(before.generation, remembered.get(name));
      requireNewest(kind, id, stored?.generation ?? 0, seen);
      if (stored === undefined) return undefined;
      const { generation, sealed } = stored;
      const plain = withKey(kind, id, (key) => open(key, { kind, id, generation }, sealed));
      if (remembered.removals === before.removals) remembered.note(name, generation);
      return { generation, plain };
    },
    generationOf: async (kind, id) => {
      onRead();
      const before = remembered.get(nameOf(kind, id));
      const generation = await store.generationOf(kind, id);
      const seen = Math.min(before, remembered.get(nameOf(kind, id)));
      requireNewest(kind, id, generation, seen);
      return generation;
    },
    readLog: async (log, from, limit) => {
      onRead();
      const entries = await store.readLog(log, from, limit);
      return withKey(LOG, log, (key) =>
        entries.map(({ number, sealed }) => ({
          number,
          plain: open(key, { kind: LOG, id: log, generation: number }, sealed),
        })),
      );
    },
    nextOf: async (log) => {
      const before = remembered.get(nameOf(LOG, log));
      const next = await store.nextOf(log);
      // An append or a drop that ends during the read must not make a valid log look cut.
      requireWhole(log, next, Math.min(before, remembered.get(nameOf(LOG, log))));
      return next;
    },
    headOf: async (kind, id, log) => {
      onRead();
      const [document, entries] = [nameOf(kind, id), nameOf(LOG, log)];
      const before = { generation: remembered.get(document), next: remembered.get(entries) };
      const head = await store.headOf(kind, id, log);
      const seen = Math.min(before.generation, remembered.get(document));
      requireNewest(kind, id, head.generation, seen);
      requireWhole(log, head.next, Math.min(before.next, remembered.get(entries)));
      return head;
    },
    commit: async (changes) => {
      await store.commit(changes.map(seal));
      for (const change of changes) remember(change);
      for (const change of changes) forgetDropped(change);
    },
    list: (kind, page) => store.list(kind, page),
  };
}
