/**
 * The resources that capabilities apply to: a service of a space with an optional path, or an
 * encryption network.
 *
 * No path means the whole service, and the URI then has no path segment. Paths are kept exactly as
 * written because the node compares text: `kv//x` (path `/x`) and `kv/x` (path `x`) are different
 * keys, and neither covers the other. Only normalized paths are accepted: the node treats any other
 * as an opaque URI without an owner.
 */
import { ServiceError } from '../errors.js';
import { encodeNetworkId, type NetworkId, parseNetworkId } from './network-id.js';
import { encodeSpaceId, parseSpaceId, type SpaceId } from './space-id.js';

/** A service of a space. Without `path` it stands for the whole service. */
export type SpaceResource = {
  readonly kind: 'space';
  readonly space: SpaceId;
  readonly service: string;
  readonly path?: string;
};
/** An encryption network as the resource of a capability. */
export type NetworkResource = { readonly kind: 'network'; readonly network: NetworkId };
/** A resource that Sealwright can interpret. */
export type Resource = SpaceResource | NetworkResource;

// RFC 3986 pchar and `/`, with percent triplets in upper case. `?` and `#` would begin a query or a
// fragment.
const PATH = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*$/;
// Matches what RFC 3986 normalization would rewrite: triplets that stand for unreserved characters,
// and dot segments.
const NOT_NORMALIZED =
  /%(?:2[DE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])|(?:^|\/)\.\.?(?:\/|$)/;
const SERVICE = /^[a-z][a-z0-9-]{0,63}$/;

function checkParts(service: string, path: string | undefined): void {
  const isPath = path === undefined || (PATH.test(path) && !NOT_NORMALIZED.test(path));
  if (!SERVICE.test(service) || !isPath) throw new ServiceError('ERR_RESOURCE_INVALID');
}

/**
 * Writes a resource as the URI that ReCaps and invocations carry. Throws ERR_RESOURCE_INVALID,
 * ERR_SPACE_ID_INVALID or ERR_NETWORK_ID_INVALID.
 */
export function encodeResource(resource: Resource): string {
  if (resource.kind === 'network') return encodeNetworkId(resource.network);
  const { path, service, space } = resource;
  checkParts(service, path);
  const base = `${encodeSpaceId(space)}/${service}`;
  return path === undefined ? base : `${base}/${path}`;
}

/**
 * Parses a resource in its canonical form. Throws ERR_RESOURCE_INVALID, ERR_SPACE_ID_INVALID or
 * ERR_NETWORK_ID_INVALID.
 */
export function parseResource(text: string): Resource {
  if (text.startsWith('urn:')) return { kind: 'network', network: parseNetworkId(text) };
  const [, spaceId, service, path] = /^([^/]+)\/([^/]+)(?:\/(.*))?$/s.exec(text) ?? [];
  if (spaceId === undefined || service === undefined)
    throw new ServiceError('ERR_RESOURCE_INVALID');
  const space = parseSpaceId(spaceId);
  checkParts(service, path);
  return { kind: 'space', space, service, ...(path === undefined ? {} : { path }) };
}

/** Parses a resource, or returns undefined for any other URI, since a ReCap can hold any URI. */
export function findResource(text: string): Resource | undefined {
  try {
    return parseResource(text);
  } catch {
    return undefined;
  }
}
