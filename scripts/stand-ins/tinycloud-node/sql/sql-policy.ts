import { allowedFunctions } from './allowed-functions.js';
import type { SqlCaveats } from './sql-caveats.js';
import { SqlError } from './sql-error.js';
import { splitStatements, sqlTokens, wordAt } from './sql-tokens.js';
import type { Authorizer, Sqlite } from './sqlite-connection.js';
import type { StatementClass } from './statement-class.js';

/** The one ability by which a SQL request is judged. */
export type SqlAbility = 'write' | 'schema' | 'admin' | '*' | 'read' | 'select';

export type SqlPolicy = {
  readonly ability: SqlAbility;
  readonly caveats: SqlCaveats | undefined;
};

const READ_PRAGMAS = new Set(
  'table_info table_list table_xinfo database_list index_list index_info foreign_key_list'.split(
    ' ',
  ),
);
const MAY_DEFINE = new Set<SqlAbility>(['write', 'schema', 'admin', '*']);

/** Rejects a statement of a class that the ability does not allow. */
export function requireAllowedClass(
  { ability, caveats }: SqlPolicy,
  statementClass: StatementClass,
  sql: string,
): void {
  if (statementClass === 'pragma') {
    if (ability === 'admin' || ability === '*') return;
    throw new SqlError('permission', 'PRAGMA operations require admin ability');
  }
  if (statementClass === 'ddl') {
    if (!MAY_DEFINE.has(ability)) {
      throw new SqlError('permission', 'DDL operations require admin, schema, or write ability');
    }
  } else if (ability === 'schema') {
    throw new SqlError('permission', 'Schema ability only permits DDL operations');
  }
  const isWrite = statementClass !== 'query';
  if (isWrite && (isReadOnly(ability) || caveats?.readOnly === true)) {
    throw new SqlError('read-only');
  }
  for (const table of caveats?.tables === undefined ? [] : namedTables(sql)) {
    if (!caveats?.tables?.includes(table)) {
      throw new SqlError('permission', `Access to table '${table}' is not allowed`);
    }
  }
}

/**
 * Returns what SQLite may do while it compiles a statement under this policy. Everything else is
 * denied.
 */
export function authorizerFor(
  { capi }: Sqlite,
  { ability, caveats }: SqlPolicy,
  sql: string,
): Authorizer {
  const isAdmin = ability === 'admin' || ability === '*';
  const mayCopyRows = ability !== 'schema' || !selects(sql);
  const mayTouch = (table: string, column?: string): boolean =>
    (caveats?.tables?.includes(table) ?? true) &&
    (column === undefined || (caveats?.columns?.includes(column) ?? true));
  const mayRead = (table: string, column: string): boolean =>
    (mayCopyRows || table.startsWith('sqlite_')) && mayTouch(table, column);
  const mayWrite = (table: string, column?: string): boolean =>
    !isReadOnly(ability) && caveats?.readOnly !== true && mayTouch(table, column);
  return (action, first, second) => {
    switch (action) {
      case capi.SQLITE_SELECT:
      case capi.SQLITE_TRANSACTION:
      case capi.SQLITE_SAVEPOINT:
        return true;
      case capi.SQLITE_READ:
        return mayRead(first, second);
      case capi.SQLITE_INSERT:
      case capi.SQLITE_DELETE:
        return mayWrite(first);
      case capi.SQLITE_UPDATE:
        return mayWrite(first, second);
      case capi.SQLITE_FUNCTION:
        return allowedFunctions.has(second);
      case capi.SQLITE_PRAGMA:
        return isAdmin || READ_PRAGMAS.has(first);
      default:
        return isDefinition(capi, action) && MAY_DEFINE.has(ability);
    }
  };
}

function isReadOnly(ability: SqlAbility): boolean {
  return ability === 'read' || ability === 'select';
}

function isDefinition(capi: Sqlite['capi'], action: number): boolean {
  const isCreateOrDrop =
    (action >= capi.SQLITE_CREATE_INDEX && action <= capi.SQLITE_CREATE_VIEW) ||
    (action >= capi.SQLITE_DROP_INDEX && action <= capi.SQLITE_DROP_VIEW);
  return isCreateOrDrop || action === capi.SQLITE_ALTER_TABLE || action === capi.SQLITE_REINDEX;
}

function selects(sql: string): boolean {
  return sqlTokens(sql).some((_, at, tokens) => wordAt(tokens, at) === 'SELECT');
}

/** Returns the tables that a statement names explicitly. */
function namedTables(sql: string): readonly string[] {
  const tokens = splitStatements(sql)[0] ?? [];
  const introducing = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'TABLE']);
  return tokens.flatMap((token, at) => {
    if (!introducing.has(wordAt(tokens, at - 1)) || token.kind === 'other') return [];
    return [token.kind === 'quoted' ? token.text.slice(1, -1) : token.text];
  });
}
