/** The counters that replicas share, in their PostgreSQL database. */
import type { SharedCounters } from '../limits/shared-counters.js';
import type { Database } from './postgres-store/database.js';
import { COUNT, REMOVE_ENDED } from './postgres-store/statements.js';

/** Returns the counters of a database whose tables exist. */
export const postgresCounters = (database: Pick<Database, 'write'>): SharedCounters => ({
  add: async (name, uses, windowS) => {
    const [row = {}] = (await database.write(COUNT, [name, uses, windowS])).rows;
    const total = Number(row['uses']);
    // The time of the database is finer than a millisecond.
    const leftMs = Math.ceil(Number(row['left_ms']));
    // The database is not trusted: a reply without numbers says nothing about other replicas.
    return {
      total: Number.isSafeInteger(total) ? total : uses,
      leftMs: Number.isFinite(leftMs) ? Math.min(Math.max(1, leftMs), windowS * 1_000) : 1,
    };
  },
  removeEnded: async () => {
    await database.write(REMOVE_ENDED, []);
  },
});
