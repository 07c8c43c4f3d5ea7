/** Checks everything that a fresh account must contain, through a reader. */
import { isDeepStrictEqual } from 'node:util';
import type { ProofRow } from './proof.js';
import { sha256Hex } from '../protocol/bytes.js';

/** A reply of the node. */
export type ReadReply = {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
};

/** Reads from the node with the rights of a sign-in. */
export type Reader = {
  invoke(resource: string, ability: string, body?: unknown): Promise<ReadReply>;
  get(path: string): Promise<ReadReply>;
};

type Column = {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly primaryKey: number;
};
type Recorded = {
  readonly address: string;
  readonly spaceNames: readonly string[];
  readonly steps: readonly string[];
  readonly persistedApplications: readonly object[];
  readonly accountIndexSchema: {
    readonly statementCount: number;
    readonly tables: Readonly<Record<string, readonly Column[]>>;
    readonly indexes: Readonly<
      Record<string, { readonly table: string; readonly columns: readonly string[] }>
    >;
  };
};

const APP_ID = 'xyz.tinycloud.secrets';
const MANIFEST_HASH = '52bc41d3cc7823ce';
const MIGRATIONS = '__tinycloud_sql_migrations';

const isTime = (value: unknown): boolean =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) && value.endsWith('Z');

const short = (value: string): string => (value.length > 60 ? `${value.slice(0, 57)}...` : value);
const digest = (value: string): string =>
  `${value.length} characters, sha-256 ${sha256Hex(value).slice(0, 12)}`;

class Account {
  readonly #reader: Reader;
  readonly #data: Recorded;
  readonly #address: string;
  readonly rows: ProofRow[] = [];

  constructor(reader: Reader, address: string, recorded: Recorded) {
    this.#reader = reader;
    this.#address = address;
    this.#data = recorded;
  }

  get #ownerDid(): string {
    return `did:pkh:eip155:1:${this.#address}`;
  }

  space(name: string): string {
    return `tinycloud:pkh:eip155:1:${this.#address}:${name}`;
  }

  hosting(skipped: readonly string[]): void {
    for (const name of ['default', 'account']) {
      const hosted = !skipped.includes(this.space(name));
      this.#add(
        `space ${name}`,
        'hosted',
        hosted ? 'ok' : 'MISSING',
        hosted ? 'activated' : 'skipped',
      );
    }
  }

  async listing(): Promise<void> {
    const reply = await this.#reader.invoke(
      `${this.space('account')}/kv/spaces/`,
      'tinycloud.kv/list',
    );
    const keys = reply.status === 200 ? (JSON.parse(reply.text) as string[]) : [];
    const wanted = this.#data.spaceNames.map((name) => `spaces/${this.space(name)}`);
    const ok = wanted.every((key) => keys.includes(key));
    this.#add('list of spaces', 'kv spaces/', ok ? 'ok' : 'MISSING', `${keys.length} keys`);
  }

  async spaceRecords(): Promise<void> {
    for (const name of this.#data.spaceNames) {
      await this.#kv(`space record ${name}`, `spaces/${this.space(name)}`, (value) => {
        const { registered_at: registered, updated_at: updated, ...rest } = value;
        return (
          isTime(registered) && isTime(updated) && isDeepStrictEqual(rest, this.#spaceFields(name))
        );
      });
    }
  }

  #spaceFields(name: string): object {
    return {
      space_id: this.space(name),
      name,
      owner_did: this.#ownerDid,
      type: 'owned',
      permissions: ['*'],
      status: 'active',
    };
  }

  async applicationRecord(): Promise<void> {
    await this.#kv('application record', `applications/${APP_ID}`, (value) => {
      const { updated_at: updated, ...rest } = value;
      const manifests = this.#data.persistedApplications;
      return (
        isTime(updated) &&
        isDeepStrictEqual(rest, { app_id: APP_ID, manifests, manifest_hash: MANIFEST_HASH })
      );
    });
  }

  async marker(): Promise<void> {
    await this.#kv('completion marker', 'system/bootstrap/complete', (value) => {
      const { completedAt, ...rest } = value;
      return isTime(completedAt) && isDeepStrictEqual(rest, { v: 1, stepIds: this.#data.steps });
    });
  }

  async #kv(
    what: string,
    key: string,
    isRight: (value: Readonly<Record<string, unknown>>) => boolean,
  ): Promise<void> {
    const reply = await this.#reader.invoke(
      `${this.space('account')}/kv/${key}`,
      'tinycloud.kv/get',
    );
    const where = `kv ${key.startsWith('spaces/') ? 'spaces/…' : key}`;
    if (reply.status !== 200) return this.#add(what, where, 'MISSING', `status ${reply.status}`);
    const json = reply.contentType.includes('application/json');
    const right = json && isRight(Object(JSON.parse(reply.text)));
    this.#add(what, where, right ? 'ok' : 'WRONG', digest(reply.text));
  }

  async schema(): Promise<void> {
    const { tables, indexes } = this.#data.accountIndexSchema;
    for (const [table, columns] of Object.entries(tables)) {
      const sql = `SELECT name, type, "notnull", pk FROM pragma_table_info('${table}')`;
      const wanted = columns.map((c) => [c.name, c.type, c.notNull ? 1 : 0, c.primaryKey]);
      await this.#query(`table ${table}`, sql, (rows) => isDeepStrictEqual(rows, wanted));
    }
    for (const [index, { columns }] of Object.entries(indexes)) {
      const sql = `SELECT name FROM pragma_index_info('${index}')`;
      const wanted = columns.map((column) => [column]);
      await this.#query(`index ${index}`, sql, (rows) => isDeepStrictEqual(rows, wanted));
    }
  }

  async sqlRows(): Promise<void> {
    for (const name of this.#data.spaceNames) {
      const columns =
        'name, owner_did, type, permissions_json, status, expires_at, registered_at, updated_at';
      const sql = `SELECT ${columns} FROM spaces WHERE space_id = '${this.space(name)}'`;
      const wanted = [name, this.#ownerDid, 'owned', '["*"]', 'active', null];
      await this.#query(`space row ${name}`, sql, ([row = []]) => {
        return isDeepStrictEqual(row.slice(0, 6), wanted) && isTime(row[6]) && isTime(row[7]);
      });
    }
    const application = `SELECT name, description, manifest_json, updated_at FROM applications WHERE app_id = '${APP_ID}'`;
    const manifests = JSON.stringify(this.#data.persistedApplications);
    await this.#query('application row', application, ([row = []]) => {
      return (
        isDeepStrictEqual(row.slice(0, 3), ['TinyCloud Secrets', null, manifests]) && isTime(row[3])
      );
    });
    const state = `SELECT manifest_hash, indexed_at FROM application_state WHERE app_id = '${APP_ID}'`;
    await this.#query('application state row', state, ([row = []]) => {
      return row[0] === MANIFEST_HASH && isTime(row[1]);
    });
    await this.#migration('tinycloud.sql.migrations', '000_metadata', 1);
    await this.#migration(
      'tinycloud.account.index',
      '001_initial',
      this.#data.accountIndexSchema.statementCount,
    );
  }

  async #migration(namespace: string, id: string, count: number): Promise<void> {
    const sql = `SELECT namespace, id, statement_count, applied_at FROM ${MIGRATIONS} WHERE key = '${namespace}:${id}'`;
    await this.#query(`migration row ${id}`, sql, ([row = []]) => {
      return isDeepStrictEqual(row.slice(0, 3), [namespace, id, count]) && isTime(row[3]);
    });
  }

  async #query(
    what: string,
    sql: string,
    isRight: (rows: readonly (readonly unknown[])[]) => boolean,
  ): Promise<void> {
    const resource = `${this.space('account')}/sql/account`;
    const reply = await this.#reader.invoke(resource, 'tinycloud.sql/read', {
      action: 'query',
      sql,
    });
    if (reply.status !== 200)
      return this.#add(what, 'sql account', 'MISSING', `status ${reply.status}`);
    const { rows } = JSON.parse(reply.text) as { rows: unknown[][] };
    const verdict = rows.length === 0 ? 'MISSING' : isRight(rows) ? 'ok' : 'WRONG';
    this.#add(what, 'sql account', verdict, short(JSON.stringify(rows[0] ?? [])));
  }

  async network(): Promise<void> {
    const networkId = `urn:tinycloud:encryption:${this.#ownerDid}:default`;
    const [reply, info] = await Promise.all([
      this.#reader.get(`/encryption/networks/${encodeURIComponent(networkId)}`),
      this.#reader.get('/info'),
    ]);
    if (reply.status !== 200) {
      return this.#add('encryption network', 'network', 'MISSING', `status ${reply.status}`);
    }
    const { descriptor } = JSON.parse(reply.text) as { descriptor: Record<string, unknown> };
    const { nodeId } = JSON.parse(info.text) as { nodeId: string };
    const key = Buffer.from(String(descriptor['publicEncryptionKey']), 'base64');
    const right =
      descriptor['networkId'] === networkId &&
      descriptor['ownerDid'] === this.#ownerDid &&
      descriptor['name'] === 'default' &&
      descriptor['state'] === 'active' &&
      descriptor['alg'] === 'x25519-aes256gcm/v1' &&
      isDeepStrictEqual(descriptor['threshold'], { n: 1, t: 1 }) &&
      isDeepStrictEqual(descriptor['members'], [{ nodeId, role: 'primary' }]) &&
      key.length === 32;
    this.#add('encryption network', 'network', right ? 'ok' : 'WRONG', String(descriptor['state']));
  }

  /** Requests what the sign-in does not cover, so that the node's refusal appears in the result. */
  async beyondTheGrant(): Promise<void> {
    const asks = [
      ['secret records table', `${this.space('secrets')}/sql/default`, 'tinycloud.sql/read'],
      ['space applications', `${this.space('applications')}/kv/`, 'tinycloud.kv/list'],
      ['space public', `${this.space('public')}/kv/`, 'tinycloud.kv/list'],
    ] as const;
    for (const [what, resource, ability] of asks) {
      const reply = await this.#reader.invoke(resource, ability, {
        action: 'query',
        sql: 'SELECT count(*) FROM secret_records',
      });
      const verdict = reply.status === 401 ? 'not covered' : reply.status === 200 ? 'ok' : 'WRONG';
      this.#add(what, resource.slice(this.space('').length), verdict, `status ${reply.status}`);
    }
  }

  #add(what: string, where: string, verdict: ProofRow['verdict'], seen: string): void {
    this.rows.push({ what, where, verdict, seen });
  }
}

/**
 * Reads and checks the account of an address. `recorded`: the SDK's data as JSON. `skipped`: the
 * spaces that the node did not host at the sign-in.
 */
export async function checkAccount(
  reader: Reader,
  address: string,
  recorded: string,
  skipped: readonly string[],
): Promise<readonly ProofRow[]> {
  const account = new Account(reader, address, JSON.parse(recorded) as Recorded);
  account.hosting(skipped);
  await account.listing();
  await account.spaceRecords();
  await account.applicationRecord();
  await account.schema();
  await account.sqlRows();
  await account.network();
  await account.marker();
  await account.beyondTheGrant();
  return account.rows;
}
