/** Sealed documents in memory, for tests of what is kept in them: generations count, nothing is sealed. */
import type { SealedDocuments } from '../src/accounts/sealed-documents.js';
import { ServiceError } from '../src/errors.js';

export type MemoryDocuments = SealedDocuments & {
  readonly kept: Map<string, { readonly generation: number; readonly plain: Uint8Array }>;
};

export function memoryDocuments(): MemoryDocuments {
  const kept: MemoryDocuments['kept'] = new Map();
  const requireGeneration = (name: string, expected: number): void => {
    if ((kept.get(name)?.generation ?? 0) !== expected)
      throw new ServiceError('ERR_STORE_CONFLICT');
  };
  return {
    kept,
    find: async (kind, id) => kept.get(`${kind}/${id}`),
    commit: async (kind, id, expected, plain) => {
      requireGeneration(`${kind}/${id}`, expected);
      kept.set(`${kind}/${id}`, { generation: expected + 1, plain });
      return expected + 1;
    },
    remove: async (kind, id, expected) => {
      requireGeneration(`${kind}/${id}`, expected);
      kept.delete(`${kind}/${id}`);
    },
    list: async function* list(kind) {
      for (const name of kept.keys()) {
        if (name.startsWith(`${kind}/`)) yield name.slice(kind.length + 1);
      }
    },
  };
}
