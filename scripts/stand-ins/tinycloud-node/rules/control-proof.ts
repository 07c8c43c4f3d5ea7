import { isSamePrincipal } from '../formats/did.js';
import { msToNs } from '../formats/timestamp.js';
import type { NodeStore } from '../store/node-store.js';
import { spacesOf } from './authority.js';
import { ancestry, isCurrent } from './chain.js';

type Claim = {
  readonly signer: string;
  readonly proofs: readonly string[];
  readonly ability: string;
  /** CID of the delegation that the claim is about. */
  readonly target: string;
};

/**
 * Returns the principal of a control request: the signer, or the account that granted the signer
 * this right.
 */
function principalOfClaim(store: NodeStore, claim: Claim, nowMs: number): string | undefined {
  const [proof, ...others] = claim.proofs;
  if (proof === undefined) return claim.signer;
  const parent = store.delegations.get(proof)?.delegation;
  if (parent === undefined || others.length > 0) return undefined;
  const chain = ancestry(store, [proof]);
  if (chain === 'too-long' || chain.some((cid) => store.revocations.has(cid))) return undefined;
  if (!isSamePrincipal(parent.delegatee, claim.signer) || !isCurrent(parent, msToNs(nowMs))) {
    return undefined;
  }
  const isGranted = parent.capabilities.some(({ ability, resource }) => {
    if (ability !== claim.ability) return false;
    if (resource.kind !== 'space') return resource.text === `urn:cid:${claim.target}`;
    const isWhole = (resource.path ?? '') === '' && resource.fragment === undefined;
    return (
      resource.service === 'delegation' &&
      isWhole &&
      resource.query === undefined &&
      isSamePrincipal(resource.space.did, parent.delegator)
    );
  });
  return isGranted ? parent.delegator : undefined;
}

/**
 * Returns whether the claim comes from a party of the delegation: its delegator, its delegatee or
 * an owner of its spaces.
 */
export function isPartyOf(store: NodeStore, claim: Claim, nowMs: number): boolean {
  const principal = principalOfClaim(store, claim, nowMs);
  const target = store.delegations.get(claim.target)?.delegation;
  if (principal === undefined || target === undefined) return false;
  if (isSamePrincipal(target.delegator, principal)) return true;
  if (isSamePrincipal(target.delegatee, principal)) return true;
  return (
    spacesOf(target.capabilities).length > 0 &&
    target.capabilities.some(
      ({ resource }) => resource.kind === 'space' && isSamePrincipal(resource.space.did, principal),
    )
  );
}
