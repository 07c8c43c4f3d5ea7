import { resolveAlias } from '../formats/ability.js';
import type { Capability } from '../formats/capability.js';
import type { SpaceId } from '../formats/space-id.js';

/**
 * A capability for one key (or prefix) of a space. Without a path, KV capabilities have no effect.
 */
export type KvTarget = {
  readonly space: SpaceId;
  readonly path: string;
  /** The ability with old names resolved: `tinycloud.kv/del`, never `tinycloud.kv/delete`. */
  readonly ability: string;
};

export function kvTarget({ resource, ability }: Capability): KvTarget | undefined {
  if (resource.kind !== 'space' || resource.service !== 'kv' || resource.path === undefined) {
    return undefined;
  }
  return { space: resource.space, path: resource.path, ability: resolveAlias(ability) };
}

export function kvTargets(capabilities: readonly Capability[]): readonly KvTarget[] {
  return capabilities.flatMap((capability) => kvTarget(capability) ?? []);
}

export function isPut({ ability }: KvTarget): boolean {
  return ability === 'tinycloud.kv/put';
}

export function isMutation(target: KvTarget): boolean {
  return isPut(target) || target.ability === 'tinycloud.kv/del';
}
