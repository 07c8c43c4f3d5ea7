import { authorizeNetworkRequest } from '../encryption/authorize-network-request.js';
import { decrypt } from '../encryption/decrypt.js';
import { decodeInvocation } from '../formats/invocation.js';
import { jsonTextAnswer } from '../http/answer.js';
import { readJsonBody, requireAuthorization, requireJsonType } from '../http/node-request.js';
import type { Route } from '../node-context.js';
import { requireNetworkId } from './network-routes.js';

/**
 * `POST /encryption/networks/<id>/decrypt`. It spends nothing, so the same token can be used again.
 */
export const decryptRoute: Route = (context, request) => {
  requireJsonType(request);
  const invocation = decodeInvocation(requireAuthorization(request));
  const body = readJsonBody(request);
  authorizeNetworkRequest(context, invocation, request.flight);
  const network = requireNetworkId(request.segments[2] ?? '');
  return jsonTextAnswer(decrypt(context, network, invocation, body));
};
