import { ServiceError } from '../errors.js';
import { encodeWalletDid, parseWalletDid, type WalletDid } from './did.js';

/** An encryption network that a wallet owns: `urn:tinycloud:encryption:<owner did>:<name>`. */
export type NetworkId = { readonly owner: WalletDid; readonly name: string };

const PREFIX = 'urn:tinycloud:encryption:';
const NAME = /^[a-z0-9][a-z0-9-]{0,127}$/;

/** Writes a network id. Throws ERR_NETWORK_ID_INVALID for a name that the TinyCloud SDKs reject. */
export function encodeNetworkId(network: NetworkId): string {
  if (!NAME.test(network.name)) throw new ServiceError('ERR_NETWORK_ID_INVALID');
  return `${PREFIX}${encodeWalletDid(network.owner)}:${network.name}`;
}

/** Parses a network id in its canonical form. Throws ERR_NETWORK_ID_INVALID. */
export function parseNetworkId(text: string): NetworkId {
  const cut = text.lastIndexOf(':');
  const name = text.slice(cut + 1);
  if (!text.startsWith(PREFIX) || !NAME.test(name))
    throw new ServiceError('ERR_NETWORK_ID_INVALID');
  try {
    return { owner: parseWalletDid(text.slice(PREFIX.length, cut)), name };
  } catch (cause) {
    throw new ServiceError('ERR_NETWORK_ID_INVALID', { cause });
  }
}
