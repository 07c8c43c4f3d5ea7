import { decodeRevocation } from '../formats/revocation.js';
import { jsonAnswer } from '../http/answer.js';
import { requireAuthorization } from '../http/node-request.js';
import type { Route } from '../node-context.js';
import { Refusal } from '../refusal.js';
import { isPartyOf } from '../rules/control-proof.js';
import { isSignatureValid, isTimely } from '../rules/signature.js';

/** `POST /revoke`: revokes a delegation permanently. Revoking it twice is not an error. */
export const revokeRoute: Route = ({ store, clock }, request) => {
  const { cid, revoked, revoker, parents, signed } = decodeRevocation(
    requireAuthorization(request),
  );
  if (!isSignatureValid(signed)) throw new Refusal(403, 'Failed to verify signature');
  if (!isTimely(signed, clock())) throw new Refusal(403, 'Revocation expired or not yet valid');
  if (!store.delegations.has(revoked)) throw new Refusal(403, 'Cannot find parent delegation');
  const claim = {
    signer: revoker,
    proofs: parents,
    ability: 'tinycloud.delegation/revoke',
    target: revoked,
  };
  if (!isPartyOf(store, claim, clock())) throw new Refusal(403, 'Unauthorized Revoker');
  const revocation = { cid, revoker, atMs: clock() };
  store.commit({ kind: 'revocation', delegation: revoked, revocation });
  return jsonAnswer({ revoked: true, cid: revoked });
};
