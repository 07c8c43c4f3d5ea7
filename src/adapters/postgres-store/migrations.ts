/**
 * The tables of the store, as a list of migrations. Each start applies the ones that are missing.
 *
 * A migration is one transaction that also inserts its number, which is a primary key. Of several
 * processes that start at once, one applies it, and the others find the number taken. A migration
 * that was released never changes.
 *
 * Names sort by their bytes (`COLLATE "C"`), which is the order of the port.
 */
import { DatabaseError } from 'pg';
import { ServiceError } from '../../errors.js';
import type { Database } from './database.js';

/** What a migration needs of the database. */
type Tables = Pick<Database, 'read' | 'write' | 'transaction'>;

/** The oldest server that can be used, as in `server_version_num`. */
export const OLDEST_SERVER = 130_000;

/** The table of the migrations that were applied. */
export const CREATE_MIGRATION =
  'CREATE TABLE IF NOT EXISTS migration (number bigint NOT NULL PRIMARY KEY)';

/** The migrations in order. The number of a migration is its place, beginning with 1. */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE document (
kind text COLLATE "C" NOT NULL,
id text COLLATE "C" NOT NULL,
generation bigint NOT NULL CHECK (generation > 0),
sealed bytea NOT NULL,
PRIMARY KEY (kind, id))`,
    `CREATE TABLE log_entry (
log text COLLATE "C" NOT NULL,
number bigint NOT NULL CHECK (number > 0),
begins boolean NOT NULL,
sealed bytea NOT NULL,
PRIMARY KEY (log, number))`,
    // Two appends to a log without entries cannot both begin it.
    'CREATE UNIQUE INDEX log_entry_begins ON log_entry (log) WHERE begins',
  ],
  [
    `CREATE TABLE counter (
name text COLLATE "C" NOT NULL PRIMARY KEY,
uses bigint NOT NULL,
ends timestamptz NOT NULL)`,
    'CREATE INDEX counter_ends ON counter (ends)',
  ],
];

/** The statements that a start sends besides the migrations. */
export const START_STATEMENTS = {
  serverVersion: 'SHOW server_version_num',
  version: 'SELECT coalesce(max(number), 0) AS version FROM migration',
  note: 'INSERT INTO migration (number) VALUES ($1)',
} as const;

// unique_violation, duplicate_table, duplicate_object: another process applies the same migration.
const TAKEN = new Set(['23505', '42P07', '42710']);
const ATTEMPTS = 20;
const PAUSE_MS = 100;

const sqlCodeOf = (error: unknown): string | undefined =>
  error instanceof ServiceError && error.cause instanceof DatabaseError
    ? error.cause.code
    : undefined;

async function readNumber(database: Tables, text: string, column: string): Promise<number> {
  const { rows } = await database.read({ text }, []);
  return Number(rows[0]?.[column]);
}

/**
 * Brings the tables to the newest version. Rejects ERR_DATABASE_VERSION for a server that is too
 * old, and ERR_DATABASE_SCHEMA if the tables are from a newer release, or if a migration is missing
 * that the role may not apply.
 */
export async function migrate(database: Tables): Promise<void> {
  const server = await readNumber(database, START_STATEMENTS.serverVersion, 'server_version_num');
  if (server < OLDEST_SERVER) {
    throw new ServiceError('ERR_DATABASE_VERSION', {
      detail: { reason: `the server has version ${server}, and ${OLDEST_SERVER} is required` },
    });
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyMissing(database);
    } catch (error) {
      const code = sqlCodeOf(error) ?? '';
      if (code.startsWith('42501') || code.startsWith('3F')) throw forbidden(error);
      if (!TAKEN.has(code) || attempt >= ATTEMPTS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

const forbidden = (cause: unknown): ServiceError =>
  new ServiceError('ERR_DATABASE_SCHEMA', {
    cause,
    detail: {
      reason: 'a migration is missing',
      advice: 'Start once with a role that may create tables in the database.',
    },
  });

async function applyMissing(database: Tables): Promise<void> {
  const known = await readVersion(database);
  if (known > MIGRATIONS.length) {
    throw new ServiceError('ERR_DATABASE_SCHEMA', {
      detail: {
        reason: `the tables have version ${known}, and this release knows ${MIGRATIONS.length}`,
        advice: 'Start a release that is at least as new as the tables.',
      },
    });
  }
  for (const [index, texts] of MIGRATIONS.entries()) {
    if (index < known) continue;
    await database.transaction(async (execute) => {
      await execute({ text: START_STATEMENTS.note }, [index + 1]);
      for (const text of texts) await execute({ text }, []);
    });
  }
}

/** Returns the version of the tables, and creates the table of versions if there is none. */
async function readVersion(database: Tables): Promise<number> {
  try {
    return await readNumber(database, START_STATEMENTS.version, 'version');
  } catch (error) {
    if (sqlCodeOf(error) !== '42P01') throw error;
    await database.write({ text: CREATE_MIGRATION }, []);
    return 0;
  }
}
