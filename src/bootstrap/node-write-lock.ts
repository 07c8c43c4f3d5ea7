/**
 * Keeps the service's own invocations apart on a node with SQLite, where a key-value write fails
 * with 500 if any other invocation of any account runs at the same time. Nothing waits on a node
 * without this limit (PostgreSQL): key-value writes run alone only after one has failed, for ten
 * minutes each time.
 */
import { createSharedLock } from '../runtime/shared-lock.js';

/** Schedules the invocations of all runs. */
export type NodeWriteLock = {
  /** Runs any invocation other than a key-value write. */
  read<T>(work: () => Promise<T>): Promise<T>;
  /** Runs a key-value write, alone if one has failed within the last ten minutes. */
  write<T>(work: () => Promise<T>): Promise<T>;
  /** Records that a key-value write failed with a 5xx. */
  noteContention(): void;
};

const ALONE_FOR_MS = 600_000;

/** Creates the lock of one node. `monotonicMs` is never set, so a minute lasts a minute. */
export function createNodeWriteLock(monotonicMs: () => number): NodeWriteLock {
  const lock = createSharedLock();
  let aloneUntilMs = -Infinity;
  return {
    read: (work) => lock.shared(work),
    write: (work) => (monotonicMs() < aloneUntilMs ? lock.exclusive(work) : lock.shared(work)),
    noteContention: () => {
      aloneUntilMs = monotonicMs() + ALONE_FOR_MS;
    },
  };
}
