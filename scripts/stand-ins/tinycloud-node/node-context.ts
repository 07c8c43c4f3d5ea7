import type { NodeKeys } from './formats/node-keys.js';
import type { Answer } from './http/answer.js';
import type { NodeRequest } from './http/node-request.js';
import type { RateLimit } from './http/rate-limit.js';
import type { SqlDatabases } from './sql/sql-databases.js';
import type { SqlThreads } from './sql/sql-threads.js';
import type { NodeStore } from './store/node-store.js';

/** What every route depends on. */
export type NodeContext = {
  readonly store: NodeStore;
  readonly databases: SqlDatabases;
  /** Undefined for a node without a limit on open databases. */
  readonly sqlThreads: SqlThreads | undefined;
  readonly keys: NodeKeys;
  readonly rateLimit: RateLimit;
  /** The node's clock, in Unix milliseconds. */
  readonly clock: () => number;
  /** The database whose concurrency faults the node shows. */
  readonly storage: 'sqlite' | 'postgres';
};

/**
 * A route runs synchronously: nothing else happens between its first read of the store and its
 * commit.
 */
export type Route = (context: NodeContext, request: NodeRequest) => Answer;
