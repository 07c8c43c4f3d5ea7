import loadSqlite, {
  type Database,
  type Sqlite3Static,
  type WasmPointer,
} from '@sqlite.org/sqlite-wasm';
import type { SqlValue } from './sql-value.js';

/** An error of SQLite or of its binding, with the message of the real node's driver. */
export class SqliteError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SqliteError';
  }
}

/**
 * Called for every action of a statement while it is compiled. Returning false denies the action.
 */
export type Authorizer = (action: number, first: string, second: string) => boolean;

export type Sqlite = Sqlite3Static;

let loading: Promise<Sqlite> | undefined;

/** Loads the WebAssembly build once per process. */
export function openSqlite(): Promise<Sqlite> {
  const silent = (): void => {};
  loading ??= loadSqlite({ print: silent, printErr: silent });
  return loading;
}

/** One in-memory database. Statements run one at a time and leave nothing open. */
export class SqliteConnection {
  readonly #sqlite: Sqlite;
  readonly #db: Database;
  #authorizer: Authorizer | undefined;

  constructor(sqlite: Sqlite, content?: Uint8Array) {
    this.#sqlite = sqlite;
    this.#db = new sqlite.oo1.DB(':memory:', 'c');
    if (content !== undefined) this.#restore(content);
    this.#db.exec('PRAGMA foreign_keys = ON');
    const { capi } = sqlite;
    // The real build can load extensions and its authorizer forbids it. Here, the function only has
    // to exist.
    this.#db.createFunction('load_extension', () => null, { arity: -1 });
    capi.sqlite3_set_authorizer(
      this.#db,
      (_context, action, first, second) =>
        this.#authorizer?.(action, first || '', second || '') === false
          ? capi.SQLITE_DENY
          : capi.SQLITE_OK,
      0,
    );
  }

  /** Runs a function under an authorizer. Without one, everything is allowed. */
  withAuthorizer<T>(authorizer: Authorizer, act: () => T): T {
    this.#authorizer = authorizer;
    try {
      return act();
    } finally {
      this.#authorizer = undefined;
    }
  }

  /** Returns why a statement does not compile here, or undefined if it does. */
  findProblem(sql: string): string | undefined {
    try {
      this.#finalize(this.#prepare(sql));
      return undefined;
    } catch (error) {
      if (error instanceof SqliteError) return error.message;
      throw error;
    }
  }

  /**
   * Runs one statement and passes its rows one by one to the visitor, which may throw to stop it.
   */
  query(
    sql: string,
    params: readonly SqlValue[],
    visit: (row: readonly SqlValue[]) => void,
  ): readonly string[] {
    return this.#withStatement(sql, params, (statement) => {
      const { capi } = this.#sqlite;
      const count = capi.sqlite3_column_count(statement);
      const columns = Array.from({ length: count }, (_, at) =>
        capi.sqlite3_column_name(statement, at),
      );
      while (this.#step(statement)) {
        visit(columns.map((_, at) => this.#column(statement, at)));
      }
      return columns;
    });
  }

  /** Runs one statement that must not return rows. */
  execute(sql: string, params: readonly SqlValue[]): void {
    this.#withStatement(sql, params, (statement) => {
      if (this.#step(statement)) {
        throw new SqliteError('Execute returned results - did you mean to call query?');
      }
    });
  }

  /**
   * Returns the number of rows that the last INSERT, UPDATE or DELETE of this connection changed.
   */
  changes(): bigint {
    return BigInt(this.#sqlite.capi.sqlite3_changes(this.#db));
  }

  lastInsertRowId(): bigint {
    return this.#sqlite.capi.sqlite3_last_insert_rowid(this.#db);
  }

  serialize(): Uint8Array {
    return this.#sqlite.capi.sqlite3_js_db_export(this.#db);
  }

  close(): void {
    this.#db.close();
  }

  #restore(content: Uint8Array): void {
    const { capi, wasm } = this.#sqlite;
    if (content.length === 0) return;
    const copy = wasm.allocFromTypedArray(content);
    const flags = capi.SQLITE_DESERIALIZE_FREEONCLOSE | capi.SQLITE_DESERIALIZE_RESIZEABLE;
    const { length } = content;
    const code = capi.sqlite3_deserialize(this.#db, 'main', copy, length, length, flags);
    if (code !== capi.SQLITE_OK) throw new SqliteError('database cannot be read');
  }

  #withStatement<T>(
    sql: string,
    params: readonly SqlValue[],
    act: (statement: WasmPointer) => T,
  ): T {
    const statement = this.#prepare(sql);
    try {
      this.#bind(statement, params);
      return act(statement);
    } finally {
      this.#finalize(statement);
    }
  }

  #prepare(sql: string): WasmPointer {
    const { capi, wasm } = this.#sqlite;
    const scope = wasm.scopedAllocPush();
    try {
      const out = wasm.scopedAlloc(8);
      const code = capi.sqlite3_prepare_v2(this.#db, sql, -1, out, 0);
      if (code !== capi.SQLITE_OK) throw this.#failure(code, sql);
      return wasm.peekPtr(out);
    } finally {
      wasm.scopedAllocPop(scope);
    }
  }

  #finalize(statement: WasmPointer): void {
    this.#sqlite.capi.sqlite3_finalize(statement);
  }

  /** Compile errors state the position; all others consist of the message only. */
  #failure(code: number, sql?: string): SqliteError {
    const { capi } = this.#sqlite;
    const message = capi.sqlite3_errmsg(this.#db);
    const offset =
      sql === undefined || code !== capi.SQLITE_ERROR ? -1 : capi.sqlite3_error_offset(this.#db);
    return new SqliteError(offset < 0 ? message : `${message} in ${sql} at offset ${offset}`);
  }

  #step(statement: WasmPointer): boolean {
    const { capi } = this.#sqlite;
    const code = capi.sqlite3_step(statement);
    if (code === capi.SQLITE_ROW) return true;
    if (code === capi.SQLITE_DONE) return false;
    throw this.#failure(code);
  }

  #bind(statement: WasmPointer, params: readonly SqlValue[]): void {
    const { capi } = this.#sqlite;
    const needed = capi.sqlite3_bind_parameter_count(statement);
    if (params.length !== needed) {
      throw new SqliteError(
        `Wrong number of parameters passed to query. Got ${params.length}, needed ${needed}`,
      );
    }
    for (const [at, value] of params.entries()) this.#bindOne(statement, at + 1, value);
  }

  #bindOne(statement: WasmPointer, at: number, value: SqlValue): void {
    const { capi } = this.#sqlite;
    if (value === null) capi.sqlite3_bind_null(statement, at);
    else if (typeof value === 'bigint') capi.sqlite3_bind_int64(statement, at, value);
    else if (typeof value === 'number') capi.sqlite3_bind_double(statement, at, value);
    else this.#bindBytes(statement, at, value);
  }

  /**
   * Copies texts and blobs manually, because the binding's own conversion of JS values fails in
   * this build.
   */
  #bindBytes(statement: WasmPointer, at: number, value: string | Uint8Array): void {
    const { capi, wasm } = this.#sqlite;
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    const copy = wasm.allocFromTypedArray(bytes);
    const bind = typeof value === 'string' ? capi.sqlite3_bind_text : capi.sqlite3_bind_blob;
    bind(statement, at, copy, bytes.length, capi.SQLITE_TRANSIENT);
    wasm.dealloc(copy);
  }

  #column(statement: WasmPointer, at: number): SqlValue {
    const { capi } = this.#sqlite;
    switch (capi.sqlite3_column_type(statement, at)) {
      case capi.SQLITE_INTEGER:
        return capi.sqlite3_column_int64(statement, at);
      case capi.SQLITE_FLOAT:
        return capi.sqlite3_column_double(statement, at);
      case capi.SQLITE_TEXT:
        return capi.sqlite3_column_text(statement, at);
      case capi.SQLITE_BLOB: {
        const from = capi.sqlite3_column_blob(statement, at);
        const length = capi.sqlite3_column_bytes(statement, at);
        return this.#sqlite.wasm.heap8u().slice(from, from + length);
      }
      default:
        return null;
    }
  }
}
