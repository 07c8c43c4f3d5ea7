import type { Capability } from '../formats/capability.js';
import type { Delegation } from '../formats/delegation.js';
import { isSamePrincipal } from '../formats/did.js';
import type { Invocation } from '../formats/invocation.js';
import { Refusal } from '../refusal.js';
import type { NodeStore } from '../store/node-store.js';
import { coverage, isRootAuthority, spacesOf } from './authority.js';
import { ancestry, firstRevokedAncestor, isCurrent } from './chain.js';

/**
 * Rejects an invocation that its cited delegations do not cover, in the node's order and with its
 * texts.
 */
export function authorizeInvocation(store: NodeStore, invocation: Invocation, nowNs: bigint): void {
  const dependent = invocation.capabilities.filter(
    (capability) => !isRootAuthority(capability, invocation.invoker),
  );
  const first = dependent[0];
  if (first === undefined) return;
  const parents = requireParents(store, invocation);
  for (const parent of parents) requireLiveChain(store, parent, first, nowNs);
  const granted = parents.flatMap(({ capabilities }) => capabilities);
  for (const capability of dependent) {
    const verdict = coverage(capability, granted);
    if (verdict === 'uncovered') refuseAction(capability);
    if (verdict === 'caveats-not-contained') {
      refuse('invocation-caveats-not-subset-of-chain: child-caveats-not-subset-of-parent');
    }
  }
}

/** Rejects an invocation that names a space that is not hosted here. */
export function requireHostedSpaces(store: NodeStore, invocation: Invocation): void {
  if (spacesOf(invocation.capabilities).some((space) => !store.spaces.has(space))) {
    throw new Refusal(404, 'Space not found');
  }
}

/**
 * Rejects an accepted invocation whose owner cites a delegation that does not exist, as the node
 * does when it saves it.
 */
export function requireKnownProofs(store: NodeStore, invocation: Invocation): void {
  if (invocation.parents.some((cid) => !store.delegations.has(cid))) {
    throw new Refusal(
      500,
      'database error: Execution Error: error returned from database: (code: 787) FOREIGN KEY constraint failed',
    );
  }
}

function refuse(text: string): never {
  throw new Refusal(401, text);
}

function refuseAction({ resource, ability }: Capability): never {
  return refuse(`Unauthorized Action: ${resource.text} / ${ability}`);
}

function requireParents(store: NodeStore, invocation: Invocation): readonly Delegation[] {
  const parents: Delegation[] = [];
  for (const cid of invocation.parents) {
    const row = store.delegations.get(cid);
    if (row === undefined || parents.includes(row.delegation)) {
      refuse('Cannot find parent delegation');
    }
    parents.push(row.delegation);
  }
  if (parents.length === 0) refuse('Cannot find parent delegation');
  if (parents.some(({ delegatee }) => !isSamePrincipal(delegatee, invocation.invoker))) {
    refuse('Unauthorized Invoker');
  }
  return parents;
}

function requireLiveChain(
  store: NodeStore,
  { cid }: Delegation,
  first: Capability,
  nowNs: bigint,
): void {
  const chain = ancestry(store, [cid]);
  if (chain === 'too-long') refuse('delegation-chain-traversal-limit-exceeded');
  if (store.revocations.has(cid)) refuse(`delegation-revoked: ${cid}`);
  const revoked = firstRevokedAncestor(store, cid);
  if (revoked !== undefined) {
    refuse(`delegation-ancestor-revoked: ancestor=${revoked} invoked=${cid}`);
  }
  for (const id of chain) {
    const row = store.delegations.get(id);
    if (row === undefined) refuse('Cannot find parent delegation');
    if (!isCurrent(row.delegation, nowNs)) refuseAction(first);
  }
}
