/** The store of sealed state in memory, for tests of what is kept in it. */
import {
  requireCommit,
  requireStoreNames,
  type StateStore,
  type StoreChange,
  type StoredDocument,
  type StoredEntry,
} from '../src/accounts/state-store.js';
import { createSealedDocuments, type SealedDocuments } from '../src/accounts/sealed-documents.js';
import { ServiceError } from '../src/errors.js';

/** A store whose documents and logs a test can change behind its back. */
export type MemoryStateStore = StateStore & {
  readonly documents: Map<string, StoredDocument>;
  readonly logs: Map<string, readonly StoredEntry[]>;
};

export function createMemoryStateStore(): MemoryStateStore {
  const documents: MemoryStateStore['documents'] = new Map();
  const logs: MemoryStateStore['logs'] = new Map();
  const nextOf = (log: string): number => (logs.get(log)?.at(-1)?.number ?? 0) + 1;

  const isExpected = (change: StoreChange): boolean => {
    if (change.change === 'drop') return true;
    if ('log' in change) {
      const next = nextOf(change.log);
      return change.expected === next || (next === 1 && change.expected > 0);
    }
    return (documents.get(`${change.kind}/${change.id}`)?.generation ?? 0) === change.expected;
  };

  const apply = (change: StoreChange): void => {
    if (change.change === 'put') {
      const { kind, id, expected, sealed } = change;
      documents.set(`${kind}/${id}`, { generation: expected + 1, sealed });
    } else if (change.change === 'remove') documents.delete(`${change.kind}/${change.id}`);
    else if (change.change === 'append') {
      const { log, expected } = change;
      const added = change.sealed.map((sealed, at) => ({ number: expected + at, sealed }));
      logs.set(log, [...(logs.get(log) ?? []), ...added]);
    } else if (change.change === 'drop') {
      const kept = (logs.get(change.log) ?? []).filter(({ number }) => number >= change.before);
      logs.set(change.log, kept);
    }
  };

  return {
    documents,
    logs,
    find: async (kind, id) => {
      requireStoreNames(kind, id);
      return documents.get(`${kind}/${id}`);
    },
    generationOf: async (kind, id) => documents.get(`${kind}/${id}`)?.generation ?? 0,
    readLog: async (log, from, limit) =>
      (logs.get(log) ?? []).filter(({ number }) => number >= from && number < from + limit),
    nextOf: async (log) => nextOf(log),
    headOf: async (kind, id, log) => ({
      generation: documents.get(`${kind}/${id}`)?.generation ?? 0,
      next: nextOf(log),
    }),
    commit: async (changes) => {
      requireCommit(changes);
      if (!changes.every(isExpected)) throw new ServiceError('ERR_STORE_CONFLICT');
      const drops = changes.filter(({ change }) => change === 'drop');
      for (const change of changes.filter((each) => !drops.includes(each))) apply(change);
      for (const change of drops) apply(change);
    },
    list: async (kind, { after = '', limit }) =>
      [...documents.keys()]
        .filter((key) => key.startsWith(`${kind}/`))
        .map((key) => key.slice(kind.length + 1))
        .filter((id) => id > after)
        .toSorted()
        .slice(0, limit),
    findFault: async () => undefined,
    close: async () => undefined,
  };
}

/** Sealed documents of a store in memory. */
export function createMemoryDocuments(
  store: StateStore = createMemoryStateStore(),
  isShared = false,
): SealedDocuments {
  let count = 0;
  return createSealedDocuments(
    store,
    { documentKey: () => new Uint8Array(32).fill(1) },
    {
      appId: 'test',
      isShared,
      randomBytes: (length) => {
        count += 1;
        const bytes = new Uint8Array(length);
        new DataView(bytes.buffer).setUint32(0, count);
        return bytes;
      },
    },
  );
}
