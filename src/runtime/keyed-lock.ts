import { Mutex } from 'async-mutex';

/** A mutex for each key, kept only while somebody holds it or waits. It guards one process. */
export type KeyedLock = {
  /** Runs the work once every earlier work of this key has ended. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  isLocked(key: string): boolean;
};

export function createKeyedLock(): KeyedLock {
  const held = new Map<string, { readonly mutex: Mutex; users: number }>();
  return {
    run: async (key, work) => {
      const entry = held.get(key) ?? { mutex: new Mutex(), users: 0 };
      held.set(key, entry);
      entry.users += 1;
      try {
        return await entry.mutex.runExclusive(work);
      } finally {
        entry.users -= 1;
        if (entry.users === 0) held.delete(key);
      }
    },
    isLocked: (key) => held.has(key),
  };
}
