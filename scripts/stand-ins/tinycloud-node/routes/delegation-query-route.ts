import type { Delegation } from '../formats/delegation.js';
import { decodeInvocation } from '../formats/invocation.js';
import { compareBytes, writeJson } from '../formats/json-text.js';
import type { Json, JsonObject } from '../formats/json-tree.js';
import { msToNs, writeTimestamp } from '../formats/timestamp.js';
import { jsonTextAnswer } from '../http/answer.js';
import { readJsonBody, requireAuthorization, requireJsonType } from '../http/node-request.js';
import type { NodeContext, Route } from '../node-context.js';
import { Refusal } from '../refusal.js';
import { accountDids, accountOfQuery } from '../rules/account.js';
import { verifyInvocation } from '../rules/admit-invocation.js';
import { authorizeInvocation } from '../rules/authorize-invocation.js';
import { lifecycleOf, type Lifecycle } from '../rules/chain.js';
import type { NodeStore } from '../store/node-store.js';
import {
  encodeQueryCursor,
  readDelegationQuery,
  type DelegationQuery,
} from './delegation-query.js';

type Row = {
  readonly delegation: Delegation;
  readonly status: Lifecycle;
  readonly granted: boolean;
};

/** `POST /delegation/query`: returns what an account has granted and received. */
export const delegationQueryRoute: Route = (context, request) => {
  requireJsonType(request);
  const invocation = decodeInvocation(requireAuthorization(request));
  const query = readDelegationQuery(readJsonBody(request));
  const account = authorizedAccount(() => {
    verifyInvocation(invocation, context.clock());
    authorizeInvocation(context.store, invocation, msToNs(context.clock()));
    return accountOfQuery(context.store, invocation);
  });
  const rows = selectRows(context, query, accountDids(context.store, account));
  const from = query.cursor === undefined ? 0 : rowAfter(rows, query.cursor);
  const page = rows.slice(from, from + query.limit);
  const last = page.at(-1);
  const isMore = rows.length > from + query.limit && last !== undefined;
  return jsonTextAnswer(
    writeJson(
      new Map<string, Json>([
        ['schemaVersion', 2n],
        ['items', page.map((row) => describe(context.store, row))],
        ...(isMore ? [['nextCursor', encodeQueryCursor(last.delegation.cid)] as const] : []),
      ]),
    ),
  );
};

function authorizedAccount(find: () => string | undefined): string {
  try {
    const account = find();
    if (account !== undefined) return account;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  throw notAuthorized();
}

function notAuthorized(): Refusal {
  return new Refusal(403, 'Delegation query proof is not authorized');
}

function rowAfter(rows: readonly Row[], cid: string): number {
  const at = rows.findIndex(({ delegation }) => delegation.cid === cid);
  if (at === -1) throw notAuthorized();
  return at + 1;
}

function selectRows(
  { store, clock }: NodeContext,
  query: DelegationQuery,
  dids: ReadonlySet<string>,
): readonly Row[] {
  const rows: Row[] = [];
  for (const { delegation } of store.delegations.values()) {
    const granted = dids.has(delegation.delegator);
    if (!granted && !dids.has(delegation.delegatee)) continue;
    if (query.direction === 'granted' && !granted) continue;
    if (query.direction === 'received' && granted) continue;
    if (query.space !== undefined && !isAbout(delegation, query.space)) continue;
    const status = lifecycleOf(store, delegation.cid, msToNs(clock()));
    if (hasStatus(status, query.status)) rows.push({ delegation, status, granted });
  }
  return rows.toSorted(newestFirst);
}

function isAbout({ capabilities }: Delegation, space: string): boolean {
  return capabilities.some(
    ({ resource }) =>
      resource.kind === 'space' && (resource.space.id === space || resource.space.name === space),
  );
}

function hasStatus(status: Lifecycle, wanted: DelegationQuery['status']): boolean {
  if (wanted === undefined || status === wanted) return true;
  return wanted === 'revoked' && status === 'ancestor_revoked';
}

/** Compares by time of issue, with tokens without one last, then by CID. */
function newestFirst({ delegation: left }: Row, { delegation: right }: Row): number {
  const [leftNs, rightNs] = [left.issuedAtNs ?? -1n, right.issuedAtNs ?? -1n];
  if (leftNs !== rightNs) return leftNs > rightNs ? -1 : 1;
  return compareBytes(left.cid, right.cid);
}

function describe(store: NodeStore, { delegation, status, granted }: Row): JsonObject {
  const revocation = store.revocations.get(delegation.cid);
  return new Map<string, Json>([
    ['cid', delegation.cid],
    ['direction', granted ? 'granted' : 'received'],
    ['delegatorDid', delegation.delegator],
    ['delegateDid', delegation.delegatee],
    ['resources', describeResources(delegation)],
    ['parents', [...new Set(delegation.parents)].toSorted(compareBytes)],
    ['issuedAt', timeOrNull(delegation.issuedAtNs)],
    ['notBefore', timeOrNull(delegation.notBeforeNs)],
    ['expiresAt', timeOrNull(delegation.expiresAtNs)],
    ['status', status],
    ...(revocation === undefined
      ? []
      : [
          ['revokedAt', writeTimestamp(msToNs(revocation.atMs))] as const,
          ['revokedBy', revocation.revoker] as const,
        ]),
  ]);
}

function timeOrNull(ns: bigint | undefined): string | null {
  return ns === undefined ? null : writeTimestamp(ns);
}

function describeResources({ capabilities }: Delegation): readonly JsonObject[] {
  const byResource = new Map<string, { actions: string[]; caveats: JsonObject[] }>();
  for (const { resource, ability, caveats } of capabilities) {
    const entry = byResource.get(resource.text) ?? { actions: [], caveats: [] };
    entry.actions.push(ability);
    entry.caveats.push(caveats);
    byResource.set(resource.text, entry);
  }
  return [...byResource]
    .toSorted(([left], [right]) => compareBytes(left, right))
    .map(
      ([resource, { actions, caveats }]) =>
        new Map<string, Json>([
          ['resource', resource],
          ['actions', actions],
          ['caveats', caveats],
        ]),
    );
}
