import { canonicalCid, cidBytes } from '../formats/cid.js';
import { isSamePrincipal } from '../formats/did.js';
import { writeJson } from '../formats/json-text.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../formats/json-tree.js';
import type { Invocation } from '../formats/invocation.js';
import { msToNs } from '../formats/timestamp.js';
import { Refusal } from '../refusal.js';
import { isCurrent } from '../rules/chain.js';
import type { NodeStore, StoredDelegation } from '../store/node-store.js';

/**
 * Returns the delegations of a space in the form of `capabilities/read` on `all`: a list, or one
 * chain from leaf to root.
 */
export function readCapabilities(
  store: NodeStore,
  space: string,
  invocation: Invocation,
  nowMs: number,
): string {
  const params = readParams(invocation);
  const isShown = (row: StoredDelegation): boolean => isLiveIn(store, row, space, nowMs);
  if (params?.get('type') === 'chain') return chainOf(store, params, isShown);
  const filters = params?.get('filters');
  const rows = [...store.delegations.values()].filter(
    (row) => isShown(row) && passes(store, row, filters, invocation.invoker),
  );
  const shown = new Map(rows.map((row) => [row.delegation.cid, describe(row)]));
  return writeJson(shown);
}

/** Parameters of an unknown shape are ignored. */
function readParams({ facts }: Invocation): JsonObject | undefined {
  for (const fact of facts) {
    const params = isJsonObject(fact) ? fact.get('capabilitiesReadParams') : undefined;
    if (!isJsonObject(params)) continue;
    if (params.get('type') === 'list') return params;
    if (params.get('type') === 'chain' && typeof params.get('delegation_cid') === 'string') {
      return params;
    }
  }
  return undefined;
}

function isLiveIn(
  store: NodeStore,
  { delegation }: StoredDelegation,
  space: string,
  nowMs: number,
): boolean {
  return (
    !store.revocations.has(delegation.cid) &&
    isCurrent(delegation, msToNs(nowMs)) &&
    delegation.capabilities.some(
      ({ resource }) => resource.kind === 'space' && resource.space.id === space,
    )
  );
}

function passes(
  store: NodeStore,
  { delegation }: StoredDelegation,
  filters: Json | undefined,
  invoker: string,
): boolean {
  if (!isJsonObject(filters)) return true;
  const [direction, path, actions] = ['direction', 'path', 'actions'].map((key) =>
    filters.get(key),
  );
  const account = walletBehind(store, invoker);
  if (direction === 'created' && !isSamePrincipal(delegation.delegator, account)) return false;
  if (direction === 'received' && !isSamePrincipal(delegation.delegatee, account)) return false;
  if (typeof path === 'string') {
    const isUnder = delegation.capabilities.some(
      ({ resource }) => resource.kind === 'space' && resource.path?.startsWith(path) === true,
    );
    if (!isUnder) return false;
  }
  if (!isJsonArray(actions)) return true;
  return delegation.capabilities.some(({ ability }) => actions.includes(ability));
}

/** Returns the wallet that a session key acts for, by following delegatees to their delegators. */
function walletBehind(store: NodeStore, did: string): string {
  const seen = new Set<string>();
  for (let current = did; !seen.has(current);) {
    seen.add(current);
    if (current.startsWith('did:pkh:')) return current;
    for (const { delegation } of store.delegations.values()) {
      if (delegation.delegatee !== current) continue;
      current = delegation.delegator;
      break;
    }
  }
  return did;
}

function chainOf(
  store: NodeStore,
  params: JsonObject,
  isShown: (row: StoredDelegation) => boolean,
): string {
  const named = params.get('delegation_cid');
  if (typeof named !== 'string') return '[]';
  const cid = canonicalCid(named);
  if (cid === undefined) throw new Refusal(401, `Invalid CID: ${named}`);
  const chain: Json[] = [];
  for (let next: string | undefined = cid; next !== undefined;) {
    const row: StoredDelegation | undefined = store.delegations.get(next);
    if (row === undefined || !isShown(row)) break;
    chain.push(describe(row));
    next = row.delegation.parents[0];
  }
  return writeJson(chain);
}

function describe({ delegation, cited }: StoredDelegation): JsonObject {
  const ownCid = cidBytes(delegation.cid).map(BigInt);
  const capabilities = delegation.capabilities.map(
    ({ resource, ability, caveats }) =>
      new Map<string, Json>([
        ['resource', resource.text],
        ['ability', ability],
        ['caveats', caveats],
      ]),
  );
  return new Map<string, Json>([
    ['capabilities', capabilities],
    ['delegator', delegation.delegator],
    ['delegate', delegation.delegatee],
    ['parents', Array.from({ length: cited }, () => ownCid)],
    ['raw', delegation.header],
  ]);
}
