import type { Route } from '../node-context.js';
import { createNetworkRoute, revokeNetworkRoute } from '../routes/network-admin-routes.js';
import { decryptRoute } from '../routes/decrypt-route.js';
import { delegateRoute } from '../routes/delegate-route.js';
import { delegationQueryRoute } from '../routes/delegation-query-route.js';
import { delegationStatusRoute } from '../routes/delegation-status-route.js';
import { healthRoute, infoRoute, nodeKeysRoute } from '../routes/info-route.js';
import { invokeRoute } from '../routes/invoke-route.js';
import { networkRoute, wellKnownNetworkRoute } from '../routes/network-routes.js';
import { peerRoute } from '../routes/peer-route.js';
import { publicListRoute, publicReadRoute } from '../routes/public-routes.js';
import { revokeRoute } from '../routes/revoke-route.js';

type Entry = {
  readonly method: 'GET' | 'POST';
  /** Segments. `<x>` matches any one segment, and `<x..>` the rest. */
  readonly pattern: string;
  readonly route: Route;
  /** Whether it takes an invocation, for the concurrency rules. */
  readonly takesInvocation?: true;
};

const TABLE: readonly Entry[] = [
  { method: 'GET', pattern: '/healthz', route: healthRoute },
  { method: 'GET', pattern: '/info', route: infoRoute },
  { method: 'GET', pattern: '/version', route: infoRoute },
  { method: 'GET', pattern: '/peer/generate/<space>', route: peerRoute },
  { method: 'POST', pattern: '/delegate', route: delegateRoute },
  { method: 'POST', pattern: '/invoke', route: invokeRoute, takesInvocation: true },
  { method: 'POST', pattern: '/revoke', route: revokeRoute },
  { method: 'POST', pattern: '/delegation/status', route: delegationStatusRoute },
  { method: 'POST', pattern: '/delegation/query', route: delegationQueryRoute },
  { method: 'GET', pattern: '/public/<space>/kv', route: publicListRoute },
  { method: 'GET', pattern: '/public/<space>/kv/<key..>', route: publicReadRoute },
  {
    method: 'POST',
    pattern: '/encryption/networks',
    route: createNetworkRoute,
    takesInvocation: true,
  },
  { method: 'GET', pattern: '/encryption/networks/<id>', route: networkRoute },
  {
    method: 'POST',
    pattern: '/encryption/networks/<id>/decrypt',
    route: decryptRoute,
    takesInvocation: true,
  },
  {
    method: 'POST',
    pattern: '/encryption/networks/<id>/revoke',
    route: revokeNetworkRoute,
    takesInvocation: true,
  },
  {
    method: 'GET',
    pattern: '/.well-known/encryption/network/<name>',
    route: wellKnownNetworkRoute,
  },
  { method: 'GET', pattern: '/.well-known/tinycloud/node-keys', route: nodeKeysRoute },
];

export type FoundRoute = {
  readonly route: Route | undefined;
  /** The path without its variable parts, as in faults and records. */
  readonly name: string;
  readonly takesInvocation: boolean;
};

/** Finds the route of a request. The route of GET also serves HEAD. */
export function findRoute(method: string, segments: readonly string[]): FoundRoute {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const matching = TABLE.filter(({ pattern }) => matches(pattern, segments));
  const entry = matching.find((candidate) => candidate.method === wanted);
  const named = entry ?? matching[0];
  return {
    route: entry?.route,
    name: named === undefined ? `/${segments.join('/')}` : nameOf(named.pattern),
    takesInvocation: entry?.takesInvocation ?? false,
  };
}

function nameOf(pattern: string): string {
  return pattern.replaceAll(/\/<[^>]*>/g, '');
}

function matches(pattern: string, segments: readonly string[]): boolean {
  const parts = pattern.slice(1).split('/');
  if (parts.at(-1)?.endsWith('..>') === true) {
    const fixed = parts.slice(0, -1);
    return segments.length > fixed.length && fixed.every((part, at) => fits(part, segments[at]));
  }
  return parts.length === segments.length && parts.every((part, at) => fits(part, segments[at]));
}

function fits(part: string, segment: string | undefined): boolean {
  return part.startsWith('<') || part === segment;
}
