/** Identifies the requests that a node received. */
import { SPACE_NAMES } from '../../src/bootstrap/account.js';
import type { TaskId } from '../../src/bootstrap/plan.js';
import type {
  RequestRecord,
  StandInNode,
} from '../../scripts/stand-ins/tinycloud-node/start-node.js';

/** Returns the delegations of an address by purpose: `session:account`, `host:default`, … */
export function delegationsOf(
  node: StandInNode,
  address: string,
): ReadonlyMap<string, Set<string>> {
  const kinds = new Map<string, Set<string>>();
  for (const { cid, delegator, capabilities } of node.inspect.delegations()) {
    if (!delegator.includes(address)) continue;
    const host = capabilities.some(({ ability }) => ability === 'tinycloud.space/host');
    const spaces = new Set(
      capabilities.flatMap(
        ({ resource }) => /^tinycloud:[^/]*:([a-z]+)\//.exec(resource)?.[1] ?? [],
      ),
    );
    const kind = `${host ? 'host' : 'session'}:${[...spaces].toSorted().join('+')}`;
    kinds.set(kind, (kinds.get(kind) ?? new Set()).add(cid));
  }
  return kinds;
}

export const ALL_KINDS = [
  'host:account',
  'host:applications',
  'host:default',
  'host:public',
  'host:secrets',
  'session:account',
  'session:account+default',
  'session:applications',
  'session:public',
  'session:secrets',
];

/** The requests of the plan, by the names of their tasks. */
export const PLAN_REQUESTS: readonly TaskId[] = [
  'info',
  ...SPACE_NAMES.map((name) => `peer:${name}` as const),
  ...SPACE_NAMES.map((name) => `session:${name}` as const),
  ...SPACE_NAMES.map((name) => `host:${name}` as const),
  'network',
  'account-sql',
  'secrets-sql',
  'records',
];

/**
 * Only the account session may create the network; the default session also covers the account
 * space.
 */
function sessionOf({ resources }: RequestRecord): TaskId | undefined {
  if (resources.some((resource) => resource.startsWith('urn:'))) return 'session:account';
  const name = SPACE_NAMES.find((space) => resources.some((uri) => uri.includes(`:${space}/`)));
  return name === undefined ? undefined : `session:${name}`;
}

/** Returns which request of the plan this is, or undefined for any other. */
export function planRequestOf(record: RequestRecord): TaskId | undefined {
  const { route, abilities, resources, path } = record;
  const hosted = SPACE_NAMES.find((name) =>
    resources.some((uri) => uri.endsWith(`:${name}/space`)),
  );
  switch (route) {
    case '/info':
      return 'info';
    case '/peer/generate': {
      const name = SPACE_NAMES.find((space) => decodeURIComponent(path).endsWith(`:${space}`));
      return name === undefined ? undefined : `peer:${name}`;
    }
    case '/delegate':
      return hosted === undefined ? sessionOf(record) : `host:${hosted}`;
    case '/encryption/networks':
      return record.method === 'POST' ? 'network' : undefined;
    case '/invoke':
      if (abilities.includes('tinycloud.kv/put')) return 'records';
      if (!abilities.includes('tinycloud.sql/write')) return undefined;
      return resources.some((uri) => uri.includes(':secrets/')) ? 'secrets-sql' : 'account-sql';
    default:
      return undefined;
  }
}

/** Returns whether a request is for this account. */
export function isAbout({ resources, path }: RequestRecord, address: string): boolean {
  return resources.some((uri) => uri.includes(address)) || path.includes(address);
}
