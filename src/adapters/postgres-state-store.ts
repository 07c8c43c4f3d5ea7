/**
 * Opens the store in a PostgreSQL database that several replicas share.
 *
 * The database is not trusted: it holds sealed bytes, and `src/accounts/sealed-documents.ts` opens
 * them only in their own place. A commit is one statement or one transaction.
 */
import {
  type Page,
  requireCommit,
  requireStoreNames,
  type StateStore,
  type StoreChange,
  type StoredDocument,
  type StoredEntry,
  type StoreFault,
  type StoreHead,
} from '../accounts/state-store.js';
import { ServiceError } from '../errors.js';
import type { SharedCounters } from '../limits/shared-counters.js';
import { postgresCounters } from './postgres-counters.js';
import { Database, type DatabaseTuning } from './postgres-store/database.js';
import { parseDatabaseUrl } from './postgres-store/database-url.js';
import { migrate } from './postgres-store/migrations.js';
import { FIND, GENERATION, HEAD, LIST, NEXT, READ_LOG } from './postgres-store/statements.js';
import { executeStep, isAtomic, stepsOfCommit } from './postgres-store/write-commit.js';

type Row = Readonly<Record<string, unknown>>;

const tampered = (): ServiceError => new ServiceError('ERR_STATE_TAMPERED');

/** Returns a number that the driver returns as text, because the column has 64 bits. */
function numberOf(row: Row, column: string): number {
  const number = Number(row[column]);
  if (!Number.isSafeInteger(number) || number < 1) throw tampered();
  return number;
}

function bytesOf(row: Row): Uint8Array {
  const { sealed } = row;
  if (!(sealed instanceof Uint8Array)) throw tampered();
  return new Uint8Array(sealed);
}

const idOf = ({ id }: Row): string => {
  if (typeof id !== 'string') throw tampered();
  return id;
};

/** A store with the counters of the same database. */
export type SharedStateStore = StateStore & { readonly counters: SharedCounters };

/** The store on a database that is open. */
class PostgresStateStore implements SharedStateStore {
  readonly counters: SharedCounters;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    this.counters = postgresCounters(database);
  }

  async find(kind: string, id: string): Promise<StoredDocument | undefined> {
    requireStoreNames(kind, id);
    const [row] = (await this.#database.read(FIND, [kind, id])).rows;
    return row && { generation: numberOf(row, 'generation'), sealed: bytesOf(row) };
  }

  async generationOf(kind: string, id: string): Promise<number> {
    requireStoreNames(kind, id);
    const [row] = (await this.#database.read(GENERATION, [kind, id])).rows;
    return row === undefined ? 0 : numberOf(row, 'generation');
  }

  async readLog(log: string, from: number, limit: number): Promise<readonly StoredEntry[]> {
    requireStoreNames(log);
    const { rows } = await this.#database.read(READ_LOG, [log, from, from + limit]);
    return rows.map((row) => ({ number: numberOf(row, 'number'), sealed: bytesOf(row) }));
  }

  async nextOf(log: string): Promise<number> {
    requireStoreNames(log);
    const [row] = (await this.#database.read(NEXT, [log])).rows;
    if (row === undefined) throw tampered();
    return numberOf(row, 'next');
  }

  async headOf(kind: string, id: string, log: string): Promise<StoreHead> {
    requireStoreNames(kind, id, log);
    const [row] = (await this.#database.read(HEAD, [kind, id, log])).rows;
    if (row === undefined) throw tampered();
    const generation = row['generation'] === null ? 0 : numberOf(row, 'generation');
    return { generation, next: numberOf(row, 'next') };
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    requireCommit(changes);
    const steps = stepsOfCommit(changes);
    const [only] = steps;
    if (only !== undefined && steps.length === 1 && isAtomic(only)) {
      await executeStep((...step) => this.#database.write(...step), only);
      return;
    }
    await this.#database.transaction(async (execute) => {
      for (const step of steps) await executeStep(execute, step);
    });
  }

  async list(kind: string, { after = '', limit }: Page): Promise<readonly string[]> {
    requireStoreNames(kind);
    return (await this.#database.read(LIST, [kind, after, limit])).rows.map(idOf);
  }

  async findFault(): Promise<StoreFault | undefined> {
    return (await this.#database.isWritable()) ? undefined : 'unavailable';
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/**
 * Opens the store, and creates or migrates its tables. Rejects ERR_DATABASE_URL,
 * ERR_STORE_UNAVAILABLE, ERR_DATABASE_VERSION and ERR_DATABASE_SCHEMA.
 */
export async function openPostgresStateStore(
  url: string,
  tuning?: DatabaseTuning,
): Promise<SharedStateStore> {
  const database = new Database(parseDatabaseUrl(url), tuning);
  try {
    await migrate(database);
    return new PostgresStateStore(database);
  } catch (error) {
    await database.close();
    throw error;
  }
}
