import type { Resource } from '../../protocol/resource.js';

/**
 * Whether a resource has an empty path or one that begins with a slash, written `kv/` or `kv//`. Such a path is a mistake in
 * most apps, which mean the whole service, but a node takes it for what it is: it covers the paths that begin with a slash.
 */
export const hasOddPath = (resource: Resource | undefined): boolean =>
  resource?.kind === 'space' && (resource.path === '' || resource.path?.startsWith('/') === true);
