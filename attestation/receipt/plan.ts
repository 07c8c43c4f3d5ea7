/**
 * What a bootstrap of plan `tinycloud-account/1` may sign for an account. It is deliberately a
 * second copy: receipts are verified against this table, not against the code that created them.
 */

/** The version of the plan that this table describes. */
export const PLAN_VERSION = 'tinycloud-account/1';

/** The name of a space. */
export type SpaceName = 'default' | 'applications' | 'account' | 'secrets' | 'public';
/** The spaces of an account. */
export const SPACES: readonly SpaceName[] = [
  'default',
  'applications',
  'account',
  'secrets',
  'public',
];

/** The lifetime of each kind of delegation, in seconds. */
export const LIFETIME_S = { session: 3_600, host: 600 } as const;

/** The wallet that owns an account. */
export type Owner = { readonly chainId: number; readonly address: string };

/** Space, service, path, and abilities without their service. */
type Grant = readonly [space: SpaceName, service: string, path: string, abilities: string];

const REGISTRY: readonly Grant[] = [
  ['account', 'kv', 'applications/', 'get list put'],
  ['account', 'kv', 'spaces/', 'get list put'],
  ['account', 'sql', 'account', 'read schema write'],
  ['account', 'capabilities', '', 'read'],
];

const SESSIONS: Readonly<Record<SpaceName, readonly Grant[]>> = {
  default: [
    ['default', 'kv', '', 'del get list metadata put'],
    ['default', 'sql', '', 'read write'],
    ['default', 'capabilities', '', 'read'],
    ...REGISTRY,
    ['account', 'kv', 'system/bootstrap/complete', 'get put'],
    ['account', 'delegation', '', 'list'],
  ],
  applications: [
    ['applications', 'kv', '', 'del get list metadata put'],
    ['applications', 'sql', '', 'read write'],
    ['applications', 'capabilities', '', 'read'],
  ],
  account: REGISTRY,
  secrets: [
    ['secrets', 'kv', 'vault/secrets/', 'get'],
    ['secrets', 'kv', 'variables', 'list metadata'],
    ['secrets', 'kv', 'variables/', 'del get list metadata put'],
    ['secrets', 'sql', 'default', 'read schema write'],
    ['secrets', 'capabilities', '', 'read'],
  ],
  public: [
    ['public', 'kv', '', 'get list metadata'],
    ['public', 'capabilities', '', 'read'],
  ],
};

const NETWORK = 'default';

const did = ({ chainId, address }: Owner): string => `pkh:eip155:${chainId}:${address}`;

/** Returns the id of the account's encryption network. */
export function networkIdOf(owner: Owner): string {
  return `urn:tinycloud:encryption:did:${did(owner)}:${NETWORK}`;
}

/**
 * Returns the URI of a resource. An empty path means the whole service and is written without a
 * slash.
 */
const resourceOf = (owner: Owner, space: SpaceName, service: string, path: string): string =>
  `tinycloud:${did(owner)}:${space}/${service}${path === '' ? '' : `/${path}`}`;

/** Maps each resource to its sorted abilities, as one delegation of the plan grants them. */
export type Granted = ReadonlyMap<string, readonly string[]>;

/** Returns the grants of one delegation of the plan. */
export function grantsOf(owner: Owner, kind: 'session' | 'host', space: SpaceName): Granted {
  if (kind === 'host') {
    return new Map([[resourceOf(owner, space, 'space', ''), ['tinycloud.space/host']]]);
  }
  const granted = new Map<string, readonly string[]>();
  for (const [of, service, path, abilities] of SESSIONS[space]) {
    const full = abilities.split(' ').map((each) => `tinycloud.${service}/${each}`);
    granted.set(resourceOf(owner, of, service, path), full);
  }
  if (space === 'account') granted.set(networkIdOf(owner), ['tinycloud.encryption/network.create']);
  return granted;
}

const RECORDS = ['applications/xyz.tinycloud.secrets', 'system/bootstrap/complete'];

/** Returns the resources that a run may write to. */
export function writableBy(owner: Owner): ReadonlySet<string> {
  const records = [...RECORDS, ...SPACES.map((name) => `spaces/tinycloud:${did(owner)}:${name}`)];
  return new Set([
    resourceOf(owner, 'account', 'sql', 'account'),
    resourceOf(owner, 'secrets', 'sql', 'default'),
    ...records.map((key) => resourceOf(owner, 'account', 'kv', key)),
  ]);
}
