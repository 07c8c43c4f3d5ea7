/**
 * Keeps our own invocations out of each other's way on a node with SQLite, where a key-value write fails with 500 beside
 * any other invocation of any account. On a node that never says so (PostgreSQL) nothing waits: only once such a write
 * was refused do key-value writes go alone, for ten minutes at a time.
 */
import { createSharedLock } from '../runtime/shared-lock.js';

export type NodeWriteLock = {
  /** Any invocation but a key-value write. */
  read<T>(work: () => Promise<T>): Promise<T>;
  /** A key-value write; alone where the node has shown that it must be. */
  write<T>(work: () => Promise<T>): Promise<T>;
  /** Tells that a key-value write was refused with a 5xx. */
  noteContention(): void;
};

const ALONE_FOR_MS = 600_000;

export function createNodeWriteLock(clock: () => number): NodeWriteLock {
  const lock = createSharedLock();
  let aloneUntilMs = 0;
  return {
    read: (work) => lock.shared(work),
    write: (work) => (clock() < aloneUntilMs ? lock.exclusive(work) : lock.shared(work)),
    noteContention: () => {
      aloneUntilMs = clock() + ALONE_FOR_MS;
    },
  };
}
