import type { Delegation } from '../formats/delegation.js';
import { isSamePrincipal } from '../formats/did.js';
import { Refusal } from '../refusal.js';
import type { NodeStore } from '../store/node-store.js';
import { coverage, isRootAuthority } from './authority.js';
import { ancestry, firstRevokedAncestor } from './chain.js';

/**
 * Rejects a delegation whose signer may not grant its capabilities. Capabilities for the signer's
 * own spaces and networks need no proof. All others need stored parents that were granted to the
 * signer, have not expired, outlast the child and cover it.
 */
export function authorizeDelegation(store: NodeStore, delegation: Delegation): void {
  const dependent = delegation.capabilities.filter(
    (capability) => !isRootAuthority(capability, delegation.delegator),
  );
  if (dependent.length === 0) return;
  const parents = requireParents(store, delegation);
  for (const parent of parents) requireActiveParent(store, parent.cid);
  if (parents.some((parent) => parent.terminal)) refuse('terminal-parent-cannot-redelegate');
  const granted = withinWindow(delegation, parents).flatMap((parent) => parent.capabilities);
  for (const capability of dependent) {
    const verdict = coverage(capability, granted);
    if (verdict === 'uncovered') {
      refuse(`Unauthorized Capability: ${capability.resource.text}, ${capability.ability}`);
    }
    if (verdict === 'caveats-not-contained') {
      refuse('child-caveats-not-subset-of-parent: child-caveats-not-subset-of-parent');
    }
  }
}

function refuse(text: string): never {
  throw new Refusal(401, text);
}

function requireParents(store: NodeStore, child: Delegation): readonly Delegation[] {
  const parents: Delegation[] = [];
  for (const cid of child.parents) {
    const row = store.delegations.get(cid);
    if (row === undefined) refuse('Cannot find parent delegation');
    parents.push(row.delegation);
  }
  if (parents.length === 0) refuse('Cannot find parent delegation');
  if (parents.some(({ delegatee }) => !isSamePrincipal(delegatee, child.delegator))) {
    refuse(`Unauthorized Delegator: ${child.delegator}`);
  }
  return parents;
}

function requireActiveParent(store: NodeStore, cid: string): void {
  if (store.revocations.has(cid)) refuse(`delegation-parent-revoked: ${cid}`);
  if (ancestry(store, [cid]) === 'too-long') refuse('delegation-chain-traversal-limit-exceeded');
  const ancestor = firstRevokedAncestor(store, cid);
  if (ancestor !== undefined) {
    refuse(`delegation-ancestor-revoked: ancestor=${ancestor} parent=${cid}`);
  }
}

function withinWindow(child: Delegation, parents: readonly Delegation[]): readonly Delegation[] {
  const outlasting = parents.filter((parent) => outlasts(parent, child));
  const usable = outlasting.filter((parent) => precedes(parent, child));
  if (usable.length > 0) return usable;
  return refuse(
    outlasting.length < parents.length
      ? 'Child delegation expiry exceeds parent expiry'
      : 'Child delegation not_before precedes parent not_before',
  );
}

function outlasts(parent: Delegation, child: Delegation): boolean {
  if (parent.expiresAtNs === undefined) return true;
  return child.expiresAtNs !== undefined && child.expiresAtNs <= parent.expiresAtNs;
}

function precedes(parent: Delegation, child: Delegation): boolean {
  if (parent.notBeforeNs === undefined) return true;
  return child.notBeforeNs !== undefined && child.notBeforeNs >= parent.notBeforeNs;
}
