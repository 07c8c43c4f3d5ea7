/**
 * The two SQL schemas of an account and the rows that belong to them. Every statement returns no
 * rows, because a node rejects batches that return rows. Every statement can run again, because a
 * write may have taken effect although the node answered 500.
 *
 * Existing rows are never changed (`ON CONFLICT DO NOTHING`).
 */
import type { WalletDid } from '../protocol/did.js';
import { SPACE_NAMES, spaceIdOf } from './account.js';
import {
  manifestHash,
  SECRETS_APP_ID,
  SECRETS_APP_NAME,
  SECRETS_MANIFESTS,
  spaceRecord,
} from './account-records.js';

/** One SQL statement with its positional parameters. */
export type SqlStatement = {
  readonly sql: string;
  readonly params: readonly (string | number | null)[];
};

type Schema = { readonly namespace: string; readonly statements: readonly string[] };

const table = (name: string, ...columns: readonly string[]): string =>
  `CREATE TABLE IF NOT EXISTS ${name} (${columns.join(', ')})`;
const index = (name: string, on: string): string => `CREATE INDEX IF NOT EXISTS ${name} ON ${on}`;

const ACCOUNT_SCHEMA: Schema = {
  namespace: 'tinycloud.account.index',
  statements: [
    table(
      'applications',
      'app_id TEXT PRIMARY KEY',
      'name TEXT',
      'description TEXT',
      'updated_at TEXT',
      'manifest_json TEXT NOT NULL',
    ),
    table(
      'application_state',
      'app_id TEXT PRIMARY KEY',
      'manifest_hash TEXT NOT NULL',
      'indexed_at TEXT NOT NULL',
    ),
    table(
      'spaces',
      'space_id TEXT PRIMARY KEY',
      'name TEXT NOT NULL',
      'owner_did TEXT NOT NULL',
      'type TEXT NOT NULL',
      'permissions_json TEXT NOT NULL',
      'status TEXT NOT NULL',
      'registered_at TEXT',
      'updated_at TEXT NOT NULL',
      'expires_at TEXT',
    ),
    table(
      'delegations',
      'cid TEXT PRIMARY KEY',
      'direction TEXT NOT NULL',
      'space_id TEXT NOT NULL',
      'space_name TEXT',
      'counterparty_did TEXT NOT NULL',
      'delegate_did TEXT NOT NULL',
      'delegator_did TEXT',
      'path TEXT NOT NULL',
      'actions_json TEXT NOT NULL',
      'expiry TEXT NOT NULL',
      'status TEXT NOT NULL',
      'created_at TEXT',
      'updated_at TEXT NOT NULL',
    ),
    table(
      'sync_state',
      'source TEXT PRIMARY KEY',
      'synced_at TEXT NOT NULL',
      'count INTEGER NOT NULL',
    ),
    index('idx_delegations_direction', 'delegations (direction)'),
    index('idx_delegations_space', 'delegations (space_id)'),
    index('idx_delegations_counterparty', 'delegations (counterparty_did)'),
    index('idx_spaces_owner', 'spaces (owner_did)'),
    index('idx_spaces_type', 'spaces (type)'),
  ],
};

const SECRETS_SCHEMA: Schema = {
  namespace: 'tinycloud.secrets.records',
  statements: [
    table(
      'secret_records',
      'scope TEXT NOT NULL',
      'name TEXT NOT NULL',
      'provider_id TEXT',
      'custom_note TEXT',
      'created_at TEXT NOT NULL',
      'updated_at TEXT NOT NULL',
      'last_tested TEXT',
      'test_status TEXT',
      'test_message TEXT',
      'PRIMARY KEY (scope, name)',
    ),
  ],
};

const MIGRATIONS = '__tinycloud_sql_migrations';
const MIGRATIONS_TABLE = table(
  MIGRATIONS,
  'key TEXT PRIMARY KEY',
  'namespace TEXT NOT NULL',
  'id TEXT NOT NULL',
  'applied_at TEXT NOT NULL',
  'statement_count INTEGER NOT NULL',
);

function insert(into: string, row: Readonly<Record<string, string | number | null>>): SqlStatement {
  const columns = Object.keys(row);
  const places = columns.map(() => '?').join(', ');
  return {
    sql: `INSERT INTO ${into} (${columns.join(', ')}) VALUES (${places}) ON CONFLICT DO NOTHING`,
    params: Object.values(row),
  };
}

const plain = (sql: string): SqlStatement => ({ sql, params: [] });

function migrationRow(namespace: string, id: string, at: Date, count: number): SqlStatement {
  return insert(MIGRATIONS, {
    key: `${namespace}:${id}`,
    namespace,
    id,
    applied_at: at.toISOString(),
    statement_count: count,
  });
}

/**
 * Returns the DDL and the migration rows. With these rows, a client's own migrations have nothing
 * left to do.
 */
function schemaStatements({ namespace, statements }: Schema, at: Date): readonly SqlStatement[] {
  return [
    plain(MIGRATIONS_TABLE),
    ...statements.map((sql) => plain(sql)),
    migrationRow('tinycloud.sql.migrations', '000_metadata', at, 1),
    migrationRow(namespace, '001_initial', at, statements.length),
  ];
}

/** Returns the batch for the database `account` of the account space. */
export function accountStatements(owner: WalletDid, at: Date): readonly SqlStatement[] {
  const spaces = SPACE_NAMES.map((name) => {
    const { permissions, ...record } = spaceRecord(owner, name, at);
    const row = { ...record, permissions_json: JSON.stringify(permissions), expires_at: null };
    return insert('spaces', row);
  });
  const application = insert('applications', {
    app_id: SECRETS_APP_ID,
    name: SECRETS_APP_NAME,
    description: null,
    updated_at: at.toISOString(),
    manifest_json: JSON.stringify(SECRETS_MANIFESTS),
  });
  const state = insert('application_state', {
    app_id: SECRETS_APP_ID,
    manifest_hash: manifestHash(SECRETS_MANIFESTS),
    indexed_at: at.toISOString(),
  });
  return [...schemaStatements(ACCOUNT_SCHEMA, at), ...spaces, application, state];
}

/** Returns the batch for the database `default` of the secrets space. */
export function secretsStatements(at: Date): readonly SqlStatement[] {
  return schemaStatements(SECRETS_SCHEMA, at);
}

type ExpectedRow = readonly [what: string, name: string];

/**
 * A query and the rows it must return. An expected row that the reply lacks is missing from the
 * account.
 */
export type ReadBack = { readonly query: SqlStatement; readonly expected: readonly ExpectedRow[] };

const within = (what: string, from: string, column: string, names: readonly string[]): string =>
  `SELECT '${what}', ${column} FROM ${from} WHERE ${column} IN (${names.map(() => '?').join(', ')})`;

function migrationKeys({ namespace }: Schema): readonly string[] {
  return ['tinycloud.sql.migrations:000_metadata', `${namespace}:001_initial`];
}

function readBack(
  sources: readonly (readonly [string, string, string, readonly string[]])[],
): ReadBack {
  const expected = sources.flatMap(([what, , , names]) =>
    names.map((name) => [what, name] as const),
  );
  const sql = sources.map((source) => within(...source)).join(' UNION ALL ');
  return { query: { sql, params: expected.map(([, name]) => name) }, expected };
}

/**
 * Returns the check of the database `account`. It queries only the rows that a bootstrap writes,
 * however many others exist.
 */
export function accountReadBack(owner: WalletDid): ReadBack {
  return readBack([
    ['space', 'spaces', 'space_id', SPACE_NAMES.map((name) => spaceIdOf(owner, name))],
    ['application', 'applications', 'app_id', [SECRETS_APP_ID]],
    ['state', 'application_state', 'app_id', [SECRETS_APP_ID]],
    ['migration', MIGRATIONS, 'key', migrationKeys(ACCOUNT_SCHEMA)],
  ]);
}

/** Returns the check of the database `default` of the secrets space. */
export function secretsReadBack(): ReadBack {
  return readBack([
    ['migration', MIGRATIONS, 'key', migrationKeys(SECRETS_SCHEMA)],
    ['column', `pragma_table_info('secret_records')`, 'name', ['scope', 'name', 'updated_at']],
  ]);
}
