import { canonicalCid } from '../formats/cid.js';
import { decodeInvocation, type Invocation } from '../formats/invocation.js';
import { isJsonObject } from '../formats/json-tree.js';
import { msToNs } from '../formats/timestamp.js';
import { jsonAnswer, type Answer } from '../http/answer.js';
import {
  readJsonBody,
  requireAuthorization,
  requireJsonType,
  type NodeRequest,
} from '../http/node-request.js';
import type { Route } from '../node-context.js';
import { Refusal } from '../refusal.js';
import { verifyInvocation } from '../rules/admit-invocation.js';
import { lifecycleOf } from '../rules/chain.js';
import { isPartyOf } from '../rules/control-proof.js';

const ABILITY = 'tinycloud.delegation/status';

/**
 * `POST /delegation/status`: returns the state of a delegation to its parties. To anyone else, it
 * does not exist.
 */
export const delegationStatusRoute: Route = ({ store, clock }, request) => {
  requireJsonType(request);
  const invocation = decodeInvocation(requireAuthorization(request));
  const claimedCid = readClaimedCid(request);
  try {
    verifyInvocation(invocation, clock());
  } catch {
    throw new Refusal(401, 'Invalid status invocation');
  }
  requireBound(invocation, claimedCid);
  const cid = canonicalCid(claimedCid);
  if (cid === undefined) throw new Refusal(400, 'Invalid delegation CID');
  const claim = {
    signer: invocation.invoker,
    proofs: invocation.parents,
    ability: ABILITY,
    target: cid,
  };
  if (!isPartyOf(store, claim, clock())) return statusAnswer(404, claimedCid, 'not_found');
  const lifecycle = lifecycleOf(store, cid, msToNs(clock()));
  if (lifecycle === 'ancestor_revoked') return statusAnswer(200, claimedCid, 'revoked');
  return statusAnswer(200, claimedCid, lifecycle === 'pending' ? 'unavailable' : lifecycle);
};

function readClaimedCid(request: NodeRequest): string {
  const body = readJsonBody(request);
  const cid = isJsonObject(body) ? body.get('cid') : undefined;
  if (typeof cid !== 'string') throw new Refusal(422);
  return cid;
}

function requireBound({ capabilities }: Invocation, cid: string): void {
  const [capability, ...others] = capabilities;
  const isBound =
    others.length === 0 &&
    capability?.ability === ABILITY &&
    capability.resource.text === `urn:cid:${cid}`;
  if (!isBound) throw new Refusal(403, 'Status invocation is not bound to the requested CID');
}

function statusAnswer(httpStatus: number, cid: string, status: string): Answer {
  return jsonAnswer(
    {
      cid,
      status,
      exists: status !== 'not_found',
      active: status === 'active',
      revoked: status === 'revoked',
      expired: status === 'expired',
    },
    httpStatus,
  );
}
