import type { Invocation } from '../formats/invocation.js';
import type { Flight } from '../http/flights.js';
import { runInvocation } from '../kv/run-invocation.js';
import { NOTHING_STAGED } from '../kv/stage-puts.js';
import type { NodeContext } from '../node-context.js';
import { Refusal } from '../refusal.js';
import { verifyInvocation } from '../rules/admit-invocation.js';

/** Checks the audience and then the invocation. Every failure has the status 401. */
export function authorizeNetworkRequest(
  context: NodeContext,
  invocation: Invocation,
  flight: Flight,
): void {
  if (invocation.ucan.audience !== context.keys.nodeDid) {
    throw new Refusal(401, 'invocation audience does not match this node');
  }
  try {
    verifyInvocation(invocation, context.clock());
    runInvocation(context, { invocation, staged: NOTHING_STAGED, options: {}, flight });
  } catch (error) {
    if (error instanceof Refusal && error.text !== undefined) throw new Refusal(401, error.text);
    throw error;
  }
}
