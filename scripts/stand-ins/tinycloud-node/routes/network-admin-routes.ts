import { requireAdminBinding } from '../encryption/admin-facts.js';
import { authorizeNetworkRequest } from '../encryption/authorize-network-request.js';
import { describeNetwork } from '../encryption/descriptor.js';
import { generateWrapKeyPair } from '../encryption/key-wrap.js';
import { decodeInvocation } from '../formats/invocation.js';
import { isJsonObject, type Json } from '../formats/json-tree.js';
import { buildNetworkId, isNetworkId, type NetworkId } from '../formats/network-id.js';
import { msToNs } from '../formats/timestamp.js';
import { emptyAnswer, jsonAnswer } from '../http/answer.js';
import { readJsonBody, requireAuthorization, requireJsonType } from '../http/node-request.js';
import type { Route } from '../node-context.js';
import { Refusal } from '../refusal.js';
import type { StoredNetwork } from '../store/effect.js';
import { requireNetwork, requireNetworkId } from './network-routes.js';

type CreateBody = { readonly network: NetworkId; readonly threshold: StoredNetwork['threshold'] };

/**
 * `POST /encryption/networks`: creates the network that its signed facts name, once and
 * permanently.
 */
export const createNetworkRoute: Route = (context, request) => {
  requireJsonType(request);
  const invocation = decodeInvocation(requireAuthorization(request));
  const body = readJsonBody(request);
  authorizeNetworkRequest(context, invocation, request.flight);
  const { network, threshold } = readCreateBody(body);
  const action = 'tinycloud.encryption/network.create';
  requireAdminBinding(context, invocation, network, action, body);
  if (context.store.networks.has(network.id)) throw new Refusal(409, 'network already exists');
  const pair = generateWrapKeyPair();
  const nowNs = msToNs(context.clock()).toString();
  const created: StoredNetwork = {
    ...network,
    threshold,
    state: 'active',
    publicKey: Buffer.from(pair.publicKey).toString('base64'),
    privateKey: Buffer.from(pair.privateKey).toString('base64'),
    createdAtNs: nowNs,
    updatedAtNs: nowNs,
  };
  context.store.commit({ kind: 'network', network: created });
  return jsonAnswer({ descriptor: describeNetwork(created, context.keys) });
};

/** `POST /encryption/networks/<id>/revoke`: 204, even if the network is already revoked. */
export const revokeNetworkRoute: Route = (context, request) => {
  const invocation = decodeInvocation(requireAuthorization(request));
  authorizeNetworkRequest(context, invocation, request.flight);
  const id = requireNetworkId(request.segments[2] ?? '');
  const action = 'tinycloud.encryption/network.revoke';
  requireAdminBinding(context, invocation, id, action, new Map());
  const network = requireNetwork(context.store, id);
  const updatedAtNs = msToNs(context.clock()).toString();
  context.store.commit({ kind: 'network', network: { ...network, state: 'revoked', updatedAtNs } });
  return emptyAnswer(204);
};

function readCreateBody(body: Json): CreateBody {
  if (!isJsonObject(body))
    throw new Refusal(400, 'invalid type, expected struct CreateNetworkBody');
  const [name, ownerDid] = ['name', 'ownerDid'].map((field) => {
    const value = body.get(field);
    if (value === undefined) throw new Refusal(400, `missing field \`${field}\``);
    if (typeof value !== 'string') throw new Refusal(400, 'invalid type, expected a string');
    return value;
  });
  const threshold = readThreshold(body.get('threshold'));
  const network = buildNetworkId(ownerDid ?? '', name ?? '');
  if (!isNetworkId(network)) throw new Refusal(400, network.problem);
  return { network, threshold };
}

function readThreshold(value: Json | undefined): StoredNetwork['threshold'] {
  if (value === undefined) return { n: 1, t: 1 };
  const [n, t] = ['n', 't'].map((field) => {
    const part = isJsonObject(value) ? value.get(field) : undefined;
    if (part === undefined) throw new Refusal(400, `missing field \`${field}\``);
    if (typeof part !== 'bigint') throw new Refusal(400, 'invalid type, expected i32');
    return Number(part);
  });
  return { n: n ?? 1, t: t ?? 1 };
}
