import type { Invocation } from '../formats/invocation.js';
import { parseSpaceId } from '../formats/space-id.js';
import { bytesAnswer, jsonTextAnswer, type Answer } from '../http/answer.js';
import type { Flight } from '../http/flights.js';
import type { NodeRequest } from '../http/node-request.js';
import { Quota } from '../kv/quota.js';
import { runInvocation } from '../kv/run-invocation.js';
import { NOTHING_STAGED } from '../kv/stage-puts.js';
import type { NodeContext } from '../node-context.js';
import { spendToken } from '../rules/admit-invocation.js';
import { asksForPragma, isWriteRequest, runSqlRequest } from './run-sql-request.js';
import { readSqlCaveats } from './sql-caveats.js';
import { databaseKey } from './sql-databases.js';
import { SqlError } from './sql-error.js';
import { readSqlRequest } from './sql-request.js';
import { requireAdmin, selectScope, type SqlCapability, type SqlScope } from './sql-scope.js';

/**
 * Executes the SQL branch of `/invoke`: spends the token, authorizes it, parses the body, and runs
 * it.
 */
export function invokeSql(
  context: NodeContext,
  request: NodeRequest,
  invocation: Invocation,
  capabilities: readonly SqlCapability[],
): Answer {
  spendToken(context.store, invocation, context.clock());
  const { flight } = request;
  runInvocation(context, { invocation, staged: NOTHING_STAGED, options: {}, flight });
  const scope = selectScope(capabilities);
  const sqlRequest = readSqlRequest(request.body);
  const policy = { ability: scope.ability, caveats: readSqlCaveats(invocation.facts) };
  if (asksForPragma(sqlRequest, policy)) requireAdmin(scope, capabilities);
  const { databases } = context;
  if (sqlRequest.action === 'export') return exportDatabase(context, scope);
  const connection = databases.open(scope.space, scope.database);
  const job = { databases, connection, policy };
  const isWrite = isWriteRequest(job, sqlRequest);
  if (isWrite) requireQuota(context, scope);
  try {
    return jsonTextAnswer(runSqlRequest(job, sqlRequest));
  } finally {
    if (isWrite) finishWrite(context, scope, flight);
  }
}

function exportDatabase({ databases }: NodeContext, { space, database }: SqlScope): Answer {
  if (!databases.has(space, database)) throw new SqlError('not-found');
  const content = databases.open(space, database).serialize();
  return bytesAnswer(200, { 'content-type': 'application/x-sqlite3' }, content);
}

function requireQuota(context: NodeContext, { space }: SqlScope): void {
  const id = parseSpaceId(space);
  if (id !== undefined) Quota.of(context, id);
}

/**
 * Saves what was written, even before a failure. Of two overlapping writes, the later one receives
 * an error.
 */
function finishWrite({ databases }: NodeContext, scope: SqlScope, flight: Flight): void {
  databases.save(scope.space, scope.database);
  const key = databaseKey(scope.space, scope.database);
  flight.sqlWrite = key;
  if ([...flight.overlapping].some((other) => other.sqlWrite === key)) {
    throw new SqlError('internal', 'database artifact was written from a superseded checkpoint');
  }
}
