import { writeJson } from '../formats/json-text.js';
import type { Json, JsonObject } from '../formats/json-tree.js';
import { SqlError } from './sql-error.js';
import { authorizerFor, requireAllowedClass, type SqlPolicy } from './sql-policy.js';
import type { SqlRequest, SqlStatement } from './sql-request.js';
import { estimatedBytes, jsonOfSqlValue } from './sql-value.js';
import type { SqlDatabases } from './sql-databases.js';
import { sqlTokens } from './sql-tokens.js';
import { SqliteError, type SqliteConnection } from './sqlite-connection.js';
import { classifyStatement, unexpected, type StatementClass } from './statement-class.js';

type Job = {
  readonly databases: SqlDatabases;
  readonly connection: SqliteConnection;
  readonly policy: SqlPolicy;
};

const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;
const SYNTAX_PROBLEM = /syntax error|incomplete input|unrecognized token/;

/**
 * Runs a request and returns its JSON. Every statement is checked before it runs; the effects
 * before a failure stay.
 */
export function runSqlRequest(
  job: Job,
  request: Exclude<SqlRequest, { action: 'export' }>,
): string {
  switch (request.action) {
    case 'query':
      validate(job, request.sql);
      return writeJson(runQuery(job, request, request.maxRows, request.maxBytes));
    case 'execute':
      for (const sql of request.schema) runSchemaStatement(job, sql);
      return writeJson(runExecute(job, request, validate(job, request.sql)));
    case 'batch': {
      const classes = request.statements.map(({ sql }) => validate(job, sql));
      const results = request.statements.map((statement, at) =>
        runExecute(job, statement, classes[at] ?? 'dml'),
      );
      return writeJson(new Map([['results', results]]));
    }
    case 'executeStatement':
      return writeJson(runNamed(job, request.name, request.params));
  }
}

/** Returns whether the request would change something, as far as it can be parsed. */
export function isWriteRequest(job: Job, request: SqlRequest): boolean {
  return statementsOf(request, job.policy).some((sql) => {
    try {
      const statementClass = validate(job, sql);
      return statementClass !== 'query' && statementClass !== 'pragma';
    } catch (error) {
      if (error instanceof SqlError) return false;
      throw error;
    }
  });
}

/** Returns whether a statement of the request is a PRAGMA, which requires a separate ability. */
export function asksForPragma(request: SqlRequest, policy: SqlPolicy): boolean {
  if (request.action === 'executeStatement') return false;
  return statementsOf(request, policy).some(
    (sql) => sqlTokens(sql)[0]?.text.toUpperCase() === 'PRAGMA',
  );
}

function statementsOf(request: SqlRequest, { caveats }: SqlPolicy): readonly string[] {
  switch (request.action) {
    case 'query':
      return [request.sql];
    case 'execute':
      return [...request.schema, request.sql];
    case 'batch':
      return request.statements.map(({ sql }) => sql);
    case 'executeStatement': {
      const sql = caveats?.statements.get(request.name);
      return sql === undefined ? [] : [sql];
    }
    case 'export':
      return [];
  }
}

/**
 * Checks syntax first, then permission. SQLite's own parser replaces the node's for invalid
 * statements.
 */
function validate({ databases, policy }: Job, sql: string): StatementClass {
  const statementClass = classifyStatement(sql);
  if (statementClass !== 'pragma') {
    const problem = databases.scratch.findProblem(sql);
    if (problem !== undefined && SYNTAX_PROBLEM.test(problem)) {
      const near = /near "(.*?)":/.exec(problem)?.[1];
      throw unexpected(
        'an expression',
        sqlTokens(sql).find(({ text }) => text === near),
      );
    }
  }
  requireAllowedClass(policy, statementClass, sql);
  return statementClass;
}

function authorized<T>({ databases, connection, policy }: Job, sql: string, act: () => T): T {
  try {
    return connection.withAuthorizer(authorizerFor(databases.sqlite, policy, sql), act);
  } catch (error) {
    throw error instanceof SqliteError ? new SqlError('sqlite', error.message) : error;
  }
}

function runSchemaStatement(job: Job, sql: string): void {
  validate(job, sql);
  try {
    authorized(job, sql, () => job.connection.query(sql, [], () => {}));
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new SqlError('schema', error.message.replace('SQLite error: ', ''));
  }
}

function runQuery(
  job: Job,
  { sql, params }: SqlStatement,
  maxRows = Infinity,
  maxBytes = MAX_RESPONSE_BYTES,
): JsonObject {
  const rows: Json[][] = [];
  let bytes = 0;
  const columns = authorized(job, sql, () =>
    job.connection.query(sql, params, (row) => {
      for (const value of row) bytes += estimatedBytes(value);
      rows.push(row.map(jsonOfSqlValue));
      if (bytes > Math.min(maxBytes, MAX_RESPONSE_BYTES) || rows.length > maxRows) {
        throw new SqlError('too-large', `${bytes} bytes`);
      }
    }),
  );
  return new Map<string, Json>([
    ['columns', columns],
    ['rowCount', BigInt(rows.length)],
    ['rows', rows],
  ]);
}

function runExecute(
  job: Job,
  { sql, params }: SqlStatement,
  statementClass: StatementClass,
): JsonObject {
  const { connection } = job;
  authorized(job, sql, () => connection.execute(sql, params));
  return new Map<string, Json>([
    ['changes', connection.changes()],
    ['lastInsertRowId', statementClass === 'insert' ? connection.lastInsertRowId() : null],
  ]);
}

function runNamed(job: Job, name: string, params: SqlStatement['params']): JsonObject {
  const { caveats } = job.policy;
  if (caveats === undefined) throw new SqlError('invalid', 'No caveats found');
  const sql = caveats.statements.get(name);
  if (sql === undefined) throw new SqlError('invalid', `Statement '${name}' not found`);
  const statementClass = validate(job, sql);
  return /^\s*SELECT/i.test(sql)
    ? runQuery(job, { sql, params })
    : runExecute(job, { sql, params }, statementClass);
}
