import type { Capability } from '../formats/capability.js';
import { decodeDelegation, type Delegation } from '../formats/delegation.js';
import { jsonAnswer, type Answer } from '../http/answer.js';
import { requireAuthorization } from '../http/node-request.js';
import type { Route } from '../node-context.js';
import { Refusal } from '../refusal.js';
import { authorizeDelegation } from '../rules/authorize-delegation.js';
import { spacesOf } from '../rules/authority.js';
import { isSignatureValid, isTimely } from '../rules/signature.js';

/**
 * `POST /delegate`. Bytes that are already stored are acknowledged before anything is checked, with
 * empty lists. A new delegation hosts the spaces that it may host, and is stored even if its other
 * spaces are not hosted.
 */
export const delegateRoute: Route = ({ store, clock }, request) => {
  const delegation = decodeDelegation(requireAuthorization(request));
  if (store.delegations.has(delegation.cid)) return answerWith(delegation, [], []);
  if (!isSignatureValid(delegation.signed)) throw new Refusal(401, 'Failed to verify signature');
  if (!isTimely(delegation.signed, clock())) {
    throw new Refusal(401, 'Delegation expired or not yet valid');
  }
  authorizeDelegation(store, delegation);
  const hosted = delegation.capabilities.flatMap(hostedSpace);
  store.commit(
    { kind: 'delegation', header: delegation.header },
    ...hosted.map((space) => ({ kind: 'host', space }) as const),
  );
  const spaces = spacesOf(delegation.capabilities);
  const activated = spaces.filter((space) => store.spaces.has(space));
  return answerWith(
    delegation,
    activated,
    spaces.filter((space) => !activated.includes(space)),
  );
};

/**
 * Returns the space that a capability requests to host: exactly `<space>/space`, with nothing after
 * it.
 */
function hostedSpace({ resource, ability }: Capability): readonly string[] {
  if (ability !== 'tinycloud.space/host' || resource.kind !== 'space') return [];
  const { space, service, path, query, fragment } = resource;
  const isBare = path === undefined && query === undefined && fragment === undefined;
  return service === 'space' && isBare ? [space.id] : [];
}

function answerWith(
  { cid }: Delegation,
  activated: readonly string[],
  skipped: readonly string[],
): Answer {
  return jsonAnswer({ cid, activated, skipped });
}
