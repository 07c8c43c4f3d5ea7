import type { Resource } from '../../protocol/resource.js';

/**
 * Returns whether a resource has an empty path or one that begins with a slash, written `kv/` or
 * `kv//`. Most apps use such a path by mistake for the whole service, but a node takes it
 * literally: it covers the paths that begin with a slash.
 */
export const hasOddPath = (resource: Resource | undefined): boolean =>
  resource?.kind === 'space' && (resource.path === '' || resource.path?.startsWith('/') === true);
