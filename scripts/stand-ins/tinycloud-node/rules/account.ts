import { resolveAlias } from '../formats/ability.js';
import type { Capability } from '../formats/capability.js';
import { isSamePrincipal } from '../formats/did.js';
import type { Invocation } from '../formats/invocation.js';
import type { NodeStore } from '../store/node-store.js';
import { ancestry } from './chain.js';

/**
 * Returns the owner whose delegations a capability lists: `delegation/list` on a whole
 * `<space>/delegation`.
 */
function listedAccount({ resource, ability }: Capability): string | undefined {
  if (resolveAlias(ability) !== 'tinycloud.delegation/list' || resource.kind !== 'space') {
    return undefined;
  }
  const isWhole =
    (resource.path ?? '') === '' && resource.query === undefined && resource.fragment === undefined;
  return resource.service === 'delegation' && isWhole ? resource.space.did : undefined;
}

/**
 * Returns the wallet that an authorized query acts for: the signer, or the wallet at the root of
 * its one proof.
 */
export function accountOfQuery(store: NodeStore, invocation: Invocation): string | undefined {
  const [capability, ...others] = invocation.capabilities;
  const account = capability === undefined ? undefined : listedAccount(capability);
  if (account === undefined || others.length > 0 || !account.startsWith('did:pkh:')) {
    return undefined;
  }
  const [proof, ...moreProofs] = invocation.parents;
  if (proof === undefined)
    return isSamePrincipal(account, invocation.invoker) ? account : undefined;
  const chain = moreProofs.length === 0 ? ancestry(store, [proof]) : 'too-long';
  if (chain === 'too-long') return undefined;
  const isRooted = chain.some((cid) => {
    const delegator = store.delegations.get(cid)?.delegation.delegator;
    return delegator !== undefined && isSamePrincipal(delegator, account);
  });
  return isRooted ? account : undefined;
}

/**
 * Returns the account and the session keys that may list its delegations, directly or through
 * another key.
 */
export function accountDids(store: NodeStore, account: string): ReadonlySet<string> {
  const dids = new Set([account]);
  for (const did of dids) {
    for (const { delegation } of store.delegations.values()) {
      if (delegation.delegator !== did || !delegation.delegatee.startsWith('did:key:')) continue;
      const controls = delegation.capabilities.some((capability) => {
        const listed = listedAccount(capability);
        return listed !== undefined && isSamePrincipal(listed, account);
      });
      if (controls) dids.add(delegation.delegatee);
    }
  }
  return dids;
}
