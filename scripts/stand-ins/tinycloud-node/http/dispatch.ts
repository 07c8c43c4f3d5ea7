import type { NodeContext } from '../node-context.js';
import { Refusal } from '../refusal.js';
import { emptyAnswer, textAnswer, type Answer } from './answer.js';
import { defaultPage } from './default-page.js';
import { headerOf, type NodeRequest } from './node-request.js';
import type { FoundRoute } from './route-table.js';

/** Runs the route of a request. Refusals become texts or default pages. */
export function dispatch(context: NodeContext, request: NodeRequest, found: FoundRoute): Answer {
  if (request.method === 'OPTIONS') return emptyAnswer(isPublicKey(request) ? 204 : 200);
  try {
    if (found.route === undefined) throw new Refusal(404);
    return found.route(context, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.text === undefined
      ? defaultPage(error.status, headerOf(request, 'accept'))
      : textAnswer(error.status, error.text);
  }
}

function isPublicKey({ segments }: NodeRequest): boolean {
  return segments[0] === 'public' && segments[2] === 'kv' && segments.length > 3;
}
