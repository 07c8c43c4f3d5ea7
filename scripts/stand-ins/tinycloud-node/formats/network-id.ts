import { canonicalDid } from './did.js';

const PREFIX = 'urn:tinycloud:encryption:';

/** An encryption network. `id` is the canonical text. */
export type NetworkId = { readonly id: string; readonly ownerDid: string; readonly name: string };
export type NetworkIdResult = NetworkId | { readonly problem: string };

/** Combines owner and name, or returns the node's error about them. */
export function buildNetworkId(ownerDid: string, name: string): NetworkIdResult {
  if (ownerDid === '') return { problem: 'empty owner DID' };
  if (name === '') return { problem: 'empty network name' };
  if (/[:/]/.test(name)) return { problem: "network name may not contain ':' or '/'" };
  const owner = canonicalDid(ownerDid) ?? ownerDid;
  return { id: `${PREFIX}${owner}:${name}`, ownerDid: owner, name };
}

/** Parses `urn:tinycloud:encryption:<owner DID>:<name>`. */
export function parseNetworkId(text: string): NetworkIdResult {
  if (!text.startsWith(PREFIX)) return { problem: `missing ${PREFIX} prefix` };
  const rest = text.slice(PREFIX.length);
  const colon = rest.lastIndexOf(':');
  if (colon === -1) return { problem: 'missing owner DID/name separator' };
  return buildNetworkId(rest.slice(0, colon), rest.slice(colon + 1));
}

export function isNetworkId(result: NetworkIdResult): result is NetworkId {
  return 'id' in result;
}
