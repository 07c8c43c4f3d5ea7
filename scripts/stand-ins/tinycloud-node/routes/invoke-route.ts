import { decrypt } from '../encryption/decrypt.js';
import { decodeInvocation, type Invocation } from '../formats/invocation.js';
import { JsonSyntaxError, parseJsonTree, type Json } from '../formats/json-tree.js';
import type { NetworkId } from '../formats/network-id.js';
import { msToNs } from '../formats/timestamp.js';
import { jsonTextAnswer, type Answer } from '../http/answer.js';
import { requireAuthorization, type NodeRequest } from '../http/node-request.js';
import { answerOutcomes } from '../kv/answer-outcomes.js';
import { readKvOptions } from '../kv/kv-options.js';
import { runInvocation } from '../kv/run-invocation.js';
import { stagePuts } from '../kv/stage-puts.js';
import type { NodeContext, Route } from '../node-context.js';
import { Refusal } from '../refusal.js';
import { requireShortLifetime, spendToken, verifyInvocation } from '../rules/admit-invocation.js';
import { authorizeInvocation, requireHostedSpaces } from '../rules/authorize-invocation.js';
import { invokeSql } from '../sql/invoke-sql.js';
import { sqlCapabilities } from '../sql/sql-scope.js';

/**
 * `POST /invoke`. The kinds of capability in the token select one of four handlers; the first match
 * applies.
 */
export const invokeRoute: Route = (context, request) => {
  const invocation = decodeInvocation(requireAuthorization(request));
  verifyInvocation(invocation, context.clock());
  requireShortLifetime(invocation, context.clock());
  const network = decryptTarget(invocation);
  if (network !== undefined) return invokeDecrypt(context, request, invocation, network);
  const sql = sqlCapabilities(invocation.capabilities);
  if (sql.length > 0) return invokeSql(context, request, invocation, sql);
  requireNoDuckDb(invocation);
  return invokeKv(context, request, invocation);
};

function invokeKv(context: NodeContext, request: NodeRequest, invocation: Invocation): Answer {
  const options = readKvOptions(request, invocation, context.keys.deriveKey('kv-cursor'));
  const staged = stagePuts(context, request, invocation);
  spendToken(context.store, invocation, context.clock());
  const { flight } = request;
  const outcomes = runInvocation(context, { invocation, staged, options, flight });
  return answerOutcomes(outcomes, staged, options);
}

function requireNoDuckDb({ capabilities }: Invocation): void {
  const asksForIt = capabilities.some(
    ({ resource, ability }) =>
      resource.kind === 'space' &&
      resource.service === 'duckdb' &&
      ability.startsWith('tinycloud.duckdb/'),
  );
  if (asksForIt) throw new Refusal(501, 'DuckDB support is not enabled on this node');
}

function decryptTarget({ capabilities }: Invocation): NetworkId | undefined {
  for (const { resource, ability } of capabilities) {
    if (ability === 'tinycloud.encryption/decrypt' && resource.kind === 'network') {
      return resource.network;
    }
  }
  return undefined;
}

/**
 * Decrypts through `/invoke`. The work is the same as in its own route, but every refusal is a 403.
 */
function invokeDecrypt(
  context: NodeContext,
  request: NodeRequest,
  invocation: Invocation,
  network: NetworkId,
): Answer {
  const body = readBody(request);
  spendToken(context.store, invocation, context.clock());
  authorizeInvocation(context.store, invocation, msToNs(context.clock()));
  requireHostedSpaces(context.store, invocation);
  try {
    return jsonTextAnswer(decrypt(context, network, invocation, body));
  } catch (error) {
    if (error instanceof Refusal && error.text !== undefined) throw new Refusal(403, error.text);
    throw error;
  }
}

function readBody({ body }: NodeRequest): Json {
  try {
    return parseJsonTree(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new Refusal(400, error.message);
    if (error instanceof TypeError) throw new Refusal(400, 'invalid utf-8 sequence');
    throw error;
  }
}
