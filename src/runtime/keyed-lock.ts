import { Mutex } from 'async-mutex';

/**
 * A mutex for each key, which exists only while it is held or awaited. It works within one process.
 */
export type KeyedLock = {
  /** Runs the work once all earlier work of this key has ended. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Returns whether work of this key runs or waits. */
  isLocked(key: string): boolean;
};

/** Creates a lock without holders. */
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
