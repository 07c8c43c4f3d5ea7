import { describeNetwork, publicRecordOf } from '../encryption/descriptor.js';
import { malformed } from '../encryption/admin-facts.js';
import {
  buildNetworkId,
  isNetworkId,
  parseNetworkId,
  type NetworkId,
} from '../formats/network-id.js';
import { jsonAnswer } from '../http/answer.js';
import type { NodeContext, Route } from '../node-context.js';
import { Refusal } from '../refusal.js';
import type { StoredNetwork } from '../store/effect.js';

/** `GET /encryption/networks/<id>`. */
export const networkRoute: Route = ({ store, keys }, { segments }) => {
  const network = requireNetwork(store, requireNetworkId(segments[2] ?? ''));
  return jsonAnswer({ descriptor: describeNetwork(network, keys) });
};

/**
 * `GET /.well-known/encryption/network/<name>?ownerDid=`. Without an owner, any active network of
 * that name matches.
 */
export const wellKnownNetworkRoute: Route = ({ store }, { segments, query }) => {
  const [name, ownerDid] = [segments[3] ?? '', query.get('ownerDid')];
  if (ownerDid === null) {
    const found = [...store.networks.values()].find(
      (network) => network.name === name && network.state === 'active',
    );
    if (found === undefined) throw notFound();
    return jsonAnswer(publicRecordOf(found));
  }
  const id = buildNetworkId(ownerDid, name);
  if (!isNetworkId(id)) throw malformed(`invalid network id: ${id.problem}`);
  return jsonAnswer(publicRecordOf(requireNetwork(store, id)));
};

export function requireNetworkId(text: string): NetworkId {
  const network = parseNetworkId(text);
  if (!isNetworkId(network)) throw new Refusal(400, network.problem);
  return network;
}

export function requireNetwork(store: NodeContext['store'], { id }: NetworkId): StoredNetwork {
  const network = store.networks.get(id);
  if (network === undefined) throw notFound();
  return network;
}

function notFound(): Refusal {
  return new Refusal(404, 'network not found');
}
