/**
 * Connections to the database: a bounded pool, deadlines, and the translation of errors.
 *
 * | event                                      | effect                                          |
 * | ------------------------------------------ | ----------------------------------------------- |
 * | serialization failure or deadlock          | the work is repeated, a bounded number of times |
 * | no connection                              | each host is tried once                         |
 * | the connection breaks before a read ends   | the read is repeated once                       |
 * | the connection breaks during a commit      | ERR_STORE_UNAVAILABLE. The outcome is unknown,  |
 * |                                            | and no caller is told that it is durable        |
 * | any other error                            | ERR_STORE_UNAVAILABLE                           |
 */
import { Client, type ClientConfig, DatabaseError, Pool, type PoolClient } from 'pg';
import { ServiceError } from '../../errors.js';
import type { DatabaseAddress } from './database-url.js';
import { BEGIN, COMMIT, READ_ONLY, ROLLBACK, type Statement } from './statements.js';

/** Bounds and deadlines. */
export type DatabaseTuning = {
  readonly connections: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
};

/** The bounds and deadlines in production. */
export const DATABASE_TUNING: DatabaseTuning = {
  connections: 16,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 10_000,
};

/** A parameter of a statement. */
export type Value = string | number | Uint8Array | readonly Uint8Array[];

/** The rows of a statement, and the number of rows that it affected or returned. */
export type Answer = {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly count: number;
};

/** Executes a statement. */
export type Execute = (statement: Statement, values: readonly Value[]) => Promise<Answer>;

const ATTEMPTS = 6;
const RETRY_AFTER_MS = 2_000;

/** "Serialization Failure Handling" of PostgreSQL: both may succeed when the work is repeated. */
const isRepeatable = (error: unknown): boolean =>
  error instanceof DatabaseError && ['40001', '40P01'].includes(error.code ?? '');

/**
 * Returns whether a connection cannot be used any more: it broke, the server shuts down (class
 * 57P), or the server has become a standby (25006).
 */
const isBroken = (error: unknown): boolean =>
  !(error instanceof ServiceError) &&
  (!(error instanceof DatabaseError) || /^57P|^25006/.test(error.code ?? ''));

/** Returns the error for a database that cannot be used at the moment. */
export const unavailable = (cause: unknown): ServiceError =>
  new ServiceError('ERR_STORE_UNAVAILABLE', { cause, detail: { retryAfterMs: RETRY_AFTER_MS } });

const encode = (value: Value): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value);
  return typeof value === 'object' ? value.map((each) => Buffer.from(each)) : value;
};

/** Returns the function that executes statements on a connection. */
const executor =
  (client: Client): Execute =>
  async ({ name, text }, values) => {
    const named = name === undefined ? { text } : { name, text };
    const query = { ...named, values: values.map(encode) };
    const { rows, rowCount } = await client.query<Record<string, unknown>, unknown[]>(query);
    return { rows, count: rowCount ?? 0 };
  };

async function acceptsWrites(client: Pick<Client, 'query'>): Promise<boolean> {
  const { rows } = await client.query<{ readonly transaction_read_only: string }>(READ_ONLY);
  return rows[0]?.transaction_read_only === 'off';
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The connections of one process. */
export class Database {
  readonly #hosts: DatabaseAddress['hosts'];
  readonly #pool: Pool;
  /** The connections to a server that has accepted writes. */
  readonly #verified = new WeakSet<PoolClient>();
  /** The index of the host for new connections. */
  #host = 0;

  constructor(address: DatabaseAddress, tuning: DatabaseTuning = DATABASE_TUNING) {
    const { hosts, ...login } = address;
    const { connections, connectTimeoutMs, statementTimeoutMs } = tuning;
    const currentHost = (): ClientConfig => hosts[this.#host] ?? {};
    class HostClient extends Client {
      constructor(options?: ClientConfig) {
        super({ ...options, ...currentHost() });
      }
    }
    this.#hosts = hosts;
    this.#pool = new Pool({
      ...login,
      max: connections,
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      lock_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: statementTimeoutMs,
      // The server ends a statement at its own deadline; this one is for a server that is silent.
      query_timeout: statementTimeoutMs + 2_000,
      keepAlive: true,
      application_name: 'sealwright',
      Client: HostClient,
    });
    // An idle connection that breaks is removed from the pool, and the next use opens another one.
    this.#pool.on('error', () => undefined);
    // The error of a connection in use also rejects its query. Without a listener, it would end the
    // process.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** Executes a statement that only reads. Rejects ERR_STORE_UNAVAILABLE. */
  async read(statement: Statement, values: readonly Value[]): Promise<Answer> {
    const work = (client: PoolClient): Promise<Answer> => executor(client)(statement, values);
    try {
      return await this.#use(work);
    } catch (error) {
      if (!isBroken(error)) throw unavailable(error);
    }
    return this.#use(work).catch((error: unknown) => {
      throw unavailable(error);
    });
  }

  /** Executes a statement that is a whole commit. Rejects ERR_STORE_UNAVAILABLE. */
  write(statement: Statement, values: readonly Value[]): Promise<Answer> {
    return this.#repeatedly((client) => executor(client)(statement, values));
  }

  /**
   * Executes work in one transaction, which ends without an effect if the work rejects. Rejects the
   * ServiceError that the work rejects, and ERR_STORE_UNAVAILABLE.
   */
  transaction<T>(work: (execute: Execute) => Promise<T>): Promise<T> {
    return this.#repeatedly(async (client) => {
      await client.query(BEGIN);
      try {
        const result = await work(executor(client));
        await client.query(COMMIT);
        return result;
      } catch (error) {
        if (!isBroken(error)) await client.query(ROLLBACK);
        throw error;
      }
    });
  }

  /** Returns whether the server accepts writes. */
  isWritable(): Promise<boolean> {
    return this.#use(acceptsWrites).catch(() => false);
  }

  /** Waits for the work in progress and closes the connections. */
  close(): Promise<void> {
    return this.#pool.end();
  }

  async #repeatedly<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#use(work);
      } catch (error) {
        if (error instanceof ServiceError) throw error;
        if (!isRepeatable(error) || attempt >= ATTEMPTS) throw unavailable(error);
      }
      await pause(2 ** attempt);
    }
  }

  async #use<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(isBroken(error));
      throw error;
    }
  }

  /** Returns a connection, and tries each host once. */
  async #connect(): Promise<PoolClient> {
    for (let tries = 1; ; tries += 1) {
      const used = this.#host;
      try {
        return await this.#verify(await this.#pool.connect());
      } catch (error) {
        // Several requests may fail at once. Only the first one moves on.
        if (this.#host === used) this.#host = (used + 1) % this.#hosts.length;
        if (tries >= this.#hosts.length) throw error;
      }
    }
  }

  /** Returns a connection, or closes it and rejects if its server accepts no writes. */
  async #verify(client: PoolClient): Promise<PoolClient> {
    if (this.#verified.has(client)) return client;
    if (!(await acceptsWrites(client).catch(() => false))) {
      client.release(true);
      throw new Error('The server accepts no writes.');
    }
    this.#verified.add(client);
    return client;
  }
}
