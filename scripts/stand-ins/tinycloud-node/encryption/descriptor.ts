import { writeTimestamp } from '../formats/timestamp.js';
import type { NodeKeys } from '../formats/node-keys.js';
import type { StoredNetwork } from '../store/effect.js';

export const NETWORK_ALGORITHM = 'x25519-aes256gcm/v1';
const KEY_BACKEND = 'local-one-of-one';

/** Describes a network to its owner. */
export function describeNetwork(network: StoredNetwork, { nodeDid }: NodeKeys): object {
  return {
    networkId: network.id,
    ownerDid: network.ownerDid,
    name: network.name,
    members: [{ nodeId: nodeDid, role: 'primary' }],
    threshold: network.threshold,
    state: network.state,
    publicEncryptionKey: network.publicKey,
    alg: NETWORK_ALGORITHM,
    keyVersion: 1,
    keyBackend: KEY_BACKEND,
    createdAt: writeTimestamp(BigInt(network.createdAtNs)),
    updatedAt: writeTimestamp(BigInt(network.updatedAtNs)),
  };
}

/** Describes a network for public discovery. */
export function publicRecordOf(network: StoredNetwork): object {
  return {
    networkId: network.id,
    ownerDid: network.ownerDid,
    name: network.name,
    alg: NETWORK_ALGORITHM,
    keyVersion: 1,
    publicEncryptionKey: network.publicKey,
    state: network.state,
    keyBackend: KEY_BACKEND,
  };
}
