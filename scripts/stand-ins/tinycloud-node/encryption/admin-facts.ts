import { createHash } from 'node:crypto';
import type { Invocation } from '../formats/invocation.js';
import { canonicalJson } from '../formats/json-text.js';
import { isJsonObject, type Json, type JsonObject } from '../formats/json-tree.js';
import { isNetworkId, parseNetworkId, type NetworkId } from '../formats/network-id.js';
import type { NodeContext } from '../node-context.js';
import { Refusal } from '../refusal.js';

type Facts = {
  readonly type: string;
  readonly targetNode: string;
  readonly network: NetworkId;
  readonly bodyHash: string;
  readonly action: string;
};

/**
 * Returns the SHA-256, in hex, of the canonical form, which binds bodies and their fields to a
 * token.
 */
export function canonicalHash(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** Returns a field of a fact, or undefined if it is absent or not a text. */
export function textField(fact: JsonObject, key: string): string | undefined {
  const value = fact.get(key);
  return typeof value === 'string' ? value : undefined;
}

/** Returns a network id in JSON, or undefined if it does not parse. */
export function networkField(object: JsonObject, key: string): NetworkId | undefined {
  const network = parseNetworkId(textField(object, key) ?? '');
  return isNetworkId(network) ? network : undefined;
}

export function malformed(problem: string): Refusal {
  return new Refusal(400, `decrypt request body is malformed: ${problem}`);
}

/**
 * Checks every binding of a create or revoke token in the node's order, and then spends its nonce.
 */
export function requireAdminBinding(
  { store, keys }: NodeContext,
  invocation: Invocation,
  network: NetworkId,
  action: string,
  body: Json,
): void {
  const facts = firstFacts(invocation.facts);
  if (facts === undefined) throw malformed('missing encryption invocation facts');
  if (facts.type !== 'tinycloud.encryption.network-admin/v1') {
    refuse('invocation type is not a decrypt invocation');
  }
  if (facts.targetNode !== keys.nodeDid) refuse('invocation target node does not match this node');
  if (facts.network.id !== network.id) refuse('invocation references a different network');
  if (facts.action !== action) refuse('decrypt action not permitted');
  requireCapability(invocation, network, action);
  if (facts.bodyHash !== canonicalHash(body)) refuse('invocation hash mismatch: bodyHash');
  const { nonce } = invocation.ucan;
  if (nonce === undefined) throw malformed('missing nonce');
  if (store.isNonceUsed(invocation.invoker, nonce)) refuse('nonce already used');
  store.commit({ kind: 'nonce', invoker: invocation.invoker, nonce });
}

/**
 * Requires that the token has the ability, and that its first capability with it is for this
 * network.
 */
export function requireCapability(
  { capabilities }: Invocation,
  network: NetworkId,
  ability: string,
): void {
  const capability = capabilities.find((candidate) => candidate.ability === ability);
  if (capability === undefined) refuse('decrypt action not permitted');
  const { resource } = capability;
  if (resource.kind !== 'network' || resource.network.id !== network.id) {
    refuse('invocation references a different network');
  }
}

function refuse(text: string): never {
  throw new Refusal(401, text);
}

/** Returns the first fact of the right shape. Others are ignored. */
function firstFacts(facts: readonly Json[]): Facts | undefined {
  for (const fact of facts) {
    if (!isJsonObject(fact)) continue;
    const [type, targetNode, bodyHash, action] = ['type', 'targetNode', 'bodyHash', 'action'].map(
      (key) => textField(fact, key),
    );
    const network = networkField(fact, 'networkId');
    if (type === undefined || targetNode === undefined || network === undefined) continue;
    if (bodyHash === undefined || action === undefined) continue;
    return { type, targetNode, network, bodyHash, action };
  }
  return undefined;
}
