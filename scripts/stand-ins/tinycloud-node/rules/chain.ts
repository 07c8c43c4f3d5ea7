import type { Delegation } from '../formats/delegation.js';
import type { NodeStore } from '../store/node-store.js';

const MAX_NODES = 64;

/**
 * Returns the CIDs of a delegation and of everything above it, or 'too-long' beyond the node's
 * limit.
 */
export function ancestry(
  store: NodeStore,
  roots: readonly string[],
): readonly string[] | 'too-long' {
  const seen = new Set<string>();
  const frontier = [...new Set(roots)];
  for (let cid = frontier.pop(); cid !== undefined; cid = frontier.pop()) {
    if (seen.has(cid)) continue;
    seen.add(cid);
    if (seen.size + frontier.length > MAX_NODES) return 'too-long';
    frontier.push(...(store.delegations.get(cid)?.delegation.parents ?? []));
  }
  return [...seen];
}

/** Returns the first revoked delegation strictly above this one. */
export function firstRevokedAncestor(store: NodeStore, cid: string): string | undefined {
  const chain = ancestry(store, [cid]);
  if (chain === 'too-long') return undefined;
  return chain.slice(1).find((ancestor) => store.revocations.has(ancestor));
}

export type Lifecycle = 'active' | 'pending' | 'expired' | 'revoked' | 'ancestor_revoked';

/** Returns the state of a delegation with its whole chain. One expired ancestor expires it. */
export function lifecycleOf(store: NodeStore, cid: string, nowNs: bigint): Lifecycle {
  if (store.revocations.has(cid)) return 'revoked';
  if (firstRevokedAncestor(store, cid) !== undefined) return 'ancestor_revoked';
  const chain = ancestry(store, [cid]);
  const members = (chain === 'too-long' ? [cid] : chain).flatMap(
    (id) => store.delegations.get(id)?.delegation ?? [],
  );
  if (members.some((member) => isPast(member, nowNs))) return 'expired';
  return members.some((member) => isFuture(member, nowNs)) ? 'pending' : 'active';
}

/**
 * Returns whether a chain member is valid now. Unlike for a single SIWE, its last instant is
 * excluded.
 */
export function isCurrent(delegation: Delegation, nowNs: bigint): boolean {
  return !isPast(delegation, nowNs) && !isFuture(delegation, nowNs);
}

function isPast({ expiresAtNs }: Delegation, nowNs: bigint): boolean {
  return expiresAtNs !== undefined && nowNs >= expiresAtNs;
}

function isFuture({ notBeforeNs }: Delegation, nowNs: bigint): boolean {
  return notBeforeNs !== undefined && nowNs < notBeforeNs;
}
