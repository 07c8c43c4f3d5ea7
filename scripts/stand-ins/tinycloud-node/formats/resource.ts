import { isNetworkId, parseNetworkId, type NetworkId } from './network-id.js';
import { readSpacePart, type SpaceId } from './space-id.js';
import { isNormalizedUri, parseUri, type Uri } from './uri.js';

/** The subject of a capability. `text` is its name in error texts. */
export type Resource = SpaceResource | NetworkResource | OpaqueResource;
export type SpaceResource = {
  readonly kind: 'space';
  readonly text: string;
  readonly space: SpaceId;
  readonly service: string;
  readonly path?: string;
  readonly query?: string;
  readonly fragment?: string;
};
type NetworkResource = {
  readonly kind: 'network';
  readonly text: string;
  readonly network: NetworkId;
};
/** A URI without an owner: any other scheme, and every malformed `tinycloud:` URI. */
type OpaqueResource = { readonly kind: 'opaque'; readonly text: string };

/** Parses any URI. Returns undefined only if the text is not a URI. */
export function parseResource(text: string): Resource | undefined {
  const uri = parseUri(text);
  if (uri === undefined) return undefined;
  const resource = readSpaceResource(uri);
  if (resource !== undefined) return resource;
  const network = parseNetworkId(text);
  return isNetworkId(network) ? { kind: 'network', text, network } : { kind: 'opaque', text };
}

function readSpaceResource(uri: Uri): SpaceResource | undefined {
  const slash = uri.path.indexOf('/');
  if (uri.scheme !== 'tinycloud' || uri.authority !== undefined || slash === -1) return undefined;
  const space = isNormalizedUri(uri) ? readSpacePart(uri.path.slice(0, slash)) : undefined;
  if (space === undefined) return undefined;
  const rest = uri.path.slice(slash + 1);
  const next = rest.indexOf('/');
  const tail =
    (uri.query === undefined ? '' : `?${uri.query}`) +
    (uri.fragment === undefined ? '' : `#${uri.fragment}`);
  return {
    kind: 'space',
    text: `${space.id}/${rest}${tail}`,
    space,
    service: next === -1 ? rest : rest.slice(0, next),
    ...(next === -1 ? {} : { path: rest.slice(next + 1) }),
    ...(uri.query === undefined ? {} : { query: uri.query }),
    ...(uri.fragment === undefined ? {} : { fragment: uri.fragment }),
  };
}

/** Returns whether `base` covers `child`, by the containment rule of every authorization. */
export function extendsResource(child: Resource, base: Resource): boolean {
  if (child.kind === 'space' && base.kind === 'space') return extendsSpaceResource(child, base);
  if (child.kind === 'network' && base.kind === 'network') {
    return child.network.id === base.network.id;
  }
  if (child.kind === 'opaque' && base.kind === 'opaque') return child.text.startsWith(base.text);
  return false;
}

function extendsSpaceResource(child: SpaceResource, base: SpaceResource): boolean {
  if (child.space.id !== base.space.id || child.service !== base.service) return false;
  if (child.fragment !== base.fragment) return false;
  if (base.path === undefined) return true;
  if (child.path === undefined || !child.path.startsWith(base.path)) return false;
  return (
    base.path.endsWith('/') ||
    child.path.length === base.path.length ||
    child.path[base.path.length] === '/'
  );
}
