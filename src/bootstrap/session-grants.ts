/**
 * The grants of the five bootstrap sessions, as SDKs and the node expect them. An empty path means
 * the whole service and is written without a path segment: `/` would encode as `kv//`, which covers
 * nothing.
 *
 * Only `session:default` spans two spaces, because it carries the authority over the marker. Only
 * `session:account` carries a raw ability, the creation of the encryption network.
 */
import type { WalletDid } from '../protocol/did.js';
import { encodeResource } from '../protocol/resource.js';
import { createRecap, type Recap } from '../protocol/recap.js';
import { networkIdOf, type SpaceName } from './account.js';

type Grant = readonly [space: SpaceName, service: string, path: string, actions: string];

const REGISTRY: readonly Grant[] = [
  ['account', 'kv', 'applications/', 'get put list'],
  ['account', 'kv', 'spaces/', 'get put list'],
  ['account', 'sql', 'account', 'read write schema'],
  ['account', 'capabilities', '', 'read'],
];

const GRANTS: { readonly [name in SpaceName]: readonly Grant[] } = {
  default: [
    ['default', 'kv', '', 'get put del list metadata'],
    ['default', 'sql', '', 'read write'],
    ['default', 'capabilities', '', 'read'],
    ...REGISTRY,
    ['account', 'kv', 'system/bootstrap/complete', 'get put'],
    ['account', 'delegation', '', 'list'],
  ],
  applications: [
    ['applications', 'kv', '', 'get put del list metadata'],
    ['applications', 'sql', '', 'read write'],
    ['applications', 'capabilities', '', 'read'],
  ],
  account: REGISTRY,
  secrets: [
    ['secrets', 'kv', 'vault/secrets/', 'get'],
    ['secrets', 'kv', 'variables', 'list metadata'],
    ['secrets', 'kv', 'variables/', 'get put del list metadata'],
    ['secrets', 'sql', 'default', 'read write schema'],
    ['secrets', 'capabilities', '', 'read'],
  ],
  public: [
    ['public', 'kv', '', 'get list metadata'],
    ['public', 'capabilities', '', 'read'],
  ],
};

type RecapEntry = readonly [resource: string, abilities: readonly string[]];

function entryOf(owner: WalletDid, [space, service, path, actions]: Grant): RecapEntry {
  const resource = encodeResource({
    kind: 'space',
    space: { owner, name: space },
    service,
    ...(path === '' ? {} : { path }),
  });
  return [resource, actions.split(' ').map((action) => `tinycloud.${service}/${action}`)];
}

/** Returns the ReCap of one bootstrap session. */
export function sessionRecap(owner: WalletDid, name: SpaceName): Recap {
  const entries = GRANTS[name].map((grant) => entryOf(owner, grant));
  const raw: readonly RecapEntry[] =
    name === 'account' ? [[networkIdOf(owner), ['tinycloud.encryption/network.create']]] : [];
  return createRecap([...entries, ...raw]);
}

/** Returns the spaces that a session's ReCap names. The reply of the node lists only these. */
export function spacesOfSession(name: SpaceName): readonly SpaceName[] {
  return [...new Set(GRANTS[name].map(([space]) => space))];
}

/** Returns the ReCap that hosts one space. */
export function hostRecap(owner: WalletDid, name: SpaceName): Recap {
  const resource = encodeResource({ kind: 'space', space: { owner, name }, service: 'space' });
  return createRecap([[resource, ['tinycloud.space/host']]]);
}

/**
 * Returns the ReCap of the short read-only session that checks whether an account is still
 * complete.
 */
export function probeRecap(owner: WalletDid, names: readonly SpaceName[]): Recap {
  const read = names.map((name) => entryOf(owner, [name, 'capabilities', '', 'read']));
  return createRecap([
    ...read,
    entryOf(owner, ['account', 'kv', 'system/bootstrap/complete', 'get']),
  ]);
}
