import { ServiceError } from '../errors.js';
import type { StateStore } from './state-store.js';

/** A store whose use can be ended for good. */
export type HaltableStore = StateStore & {
  /** From now on, everything except `close` rejects ERR_STATE_TAMPERED. */
  halt(): void;
};

/** Returns a store that passes everything on until it is halted. */
export function haltableStore(store: StateStore): HaltableStore {
  let isHalted = false;
  const use = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isHalted) {
      const reason = 'the store is older than this replica has seen';
      throw new ServiceError('ERR_STATE_TAMPERED', { detail: { reason } });
    }
    return work();
  };
  return {
    find: (kind, id) => use(() => store.find(kind, id)),
    generationOf: (kind, id) => use(() => store.generationOf(kind, id)),
    readLog: (log, from, limit) => use(() => store.readLog(log, from, limit)),
    nextOf: (log) => use(() => store.nextOf(log)),
    headOf: (kind, id, log) => use(() => store.headOf(kind, id, log)),
    commit: (changes) => use(() => store.commit(changes)),
    list: (kind, page) => use(() => store.list(kind, page)),
    findFault: () => use(() => store.findFault()),
    close: () => store.close(),
    halt: () => {
      isHalted = true;
    },
  };
}
