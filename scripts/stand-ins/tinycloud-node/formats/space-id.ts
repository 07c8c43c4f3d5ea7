import { canonicalDid, isDid } from './did.js';
import { isNormalizedUri, parseUri } from './uri.js';

/** A space: `id` is the canonical text, `did` its owner. */
export type SpaceId = { readonly id: string; readonly did: string; readonly name: string };

/** Parses `tinycloud:<DID without did:>:<name>`. Returns undefined for any other text. */
export function parseSpaceId(text: string): SpaceId | undefined {
  const uri = parseUri(text);
  if (uri === undefined || uri.scheme !== 'tinycloud' || !isNormalizedUri(uri)) return undefined;
  if (uri.authority !== undefined || uri.query !== undefined || uri.fragment !== undefined) {
    return undefined;
  }
  return uri.path.includes('/') ? undefined : readSpacePart(uri.path);
}

/** Parses the part of a resource that names its space: everything before the first slash. */
export function readSpacePart(path: string): SpaceId | undefined {
  const colon = path.lastIndexOf(':');
  const name = path.slice(colon + 1);
  if (colon === -1 || name === '') return undefined;
  const did = canonicalDid(`did:${path.slice(0, colon)}`);
  if (did === undefined || !isDid(did)) return undefined;
  return { id: `tinycloud:${did.slice('did:'.length)}:${name}`, did, name };
}

export function isPublicSpace(space: SpaceId): boolean {
  return space.name === 'public';
}
