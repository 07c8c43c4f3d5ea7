import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { SqliteConnection, type Sqlite } from './sqlite-connection.js';

type Opened = { readonly space: string; readonly connection: SqliteConnection; bytes: number };

/**
 * The SQL databases of all spaces, each on a separate connection. With a directory, every database
 * is one file that is replaced as a whole after each write: a new file is written and synced, then
 * renamed, so that a crash leaves the old or the new one.
 */
export class SqlDatabases {
  readonly sqlite: Sqlite;
  /** An empty database for checking the syntax of statements. */
  readonly scratch: SqliteConnection;
  readonly #opened = new Map<string, Opened>();
  readonly #directory: string | undefined;

  constructor(sqlite: Sqlite, directory?: string) {
    this.sqlite = sqlite;
    this.scratch = new SqliteConnection(sqlite);
    this.#directory = directory;
    if (directory === undefined) return;
    mkdirSync(directory, { recursive: true });
    for (const name of readdirSync(directory)) {
      if (name.endsWith('.json')) this.#load(join(directory, name.slice(0, -'.json'.length)));
    }
  }

  has(space: string, name: string): boolean {
    return this.#opened.has(databaseKey(space, name));
  }

  /** Returns the database of that name, and creates it on first use. */
  open(space: string, name: string): SqliteConnection {
    const key = databaseKey(space, name);
    const opened = this.#opened.get(key) ?? {
      space,
      connection: new SqliteConnection(this.sqlite),
      bytes: 0,
    };
    this.#opened.set(key, opened);
    return opened.connection;
  }

  /** Makes what was written durable. */
  save(space: string, name: string): void {
    const key = databaseKey(space, name);
    const opened = this.#opened.get(key);
    if (opened === undefined) return;
    const content = opened.connection.serialize();
    opened.bytes = content.length;
    if (this.#directory === undefined) return;
    const path = join(this.#directory, createHash('sha256').update(key).digest('hex'));
    replaceFile(`${path}.sqlite`, content);
    replaceFile(`${path}.json`, Buffer.from(key));
  }

  /**
   * Returns the size of the space's databases as last saved, in bytes. It counts against the quota.
   */
  usedBytes(space: string): number {
    let bytes = 0;
    for (const opened of this.#opened.values()) {
      if (opened.space === space) bytes += opened.bytes;
    }
    return bytes;
  }

  close(): void {
    for (const { connection } of this.#opened.values()) connection.close();
    this.#opened.clear();
    this.scratch.close();
  }

  #load(path: string): void {
    const key = readFileSync(`${path}.json`, 'utf8');
    const content = new Uint8Array(readFileSync(`${path}.sqlite`));
    const [space]: readonly string[] = JSON.parse(key);
    const connection = new SqliteConnection(this.sqlite, content);
    this.#opened.set(key, { space: space ?? '', connection, bytes: content.length });
  }
}

export function databaseKey(space: string, name: string): string {
  return JSON.stringify([space, name]);
}

function replaceFile(path: string, content: Uint8Array): void {
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    for (let from = 0; from < content.length;) from += writeSync(file, content, from);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}
