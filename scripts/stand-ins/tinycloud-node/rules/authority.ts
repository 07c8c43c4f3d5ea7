import { abilityCovers } from '../formats/ability.js';
import type { Capability } from '../formats/capability.js';
import { isSamePrincipal } from '../formats/did.js';
import { canonicalJson } from '../formats/json-text.js';
import { extendsResource, type Resource } from '../formats/resource.js';

/** Returns the DID that a resource belongs to. An opaque URI has no owner. */
function ownerOf(resource: Resource): string | undefined {
  if (resource.kind === 'space') return resource.space.did;
  return resource.kind === 'network' ? resource.network.ownerDid : undefined;
}

/** Returns whether this principal needs no proof for the capability. */
export function isRootAuthority(capability: Capability, principal: string): boolean {
  const owner = ownerOf(capability.resource);
  return owner !== undefined && isSamePrincipal(owner, principal);
}

export type Coverage = 'covered' | 'uncovered' | 'caveats-not-contained';

/**
 * Returns whether one of the granted capabilities covers the requested one: resource, ability and
 * caveats.
 */
export function coverage(asked: Capability, granted: readonly Capability[]): Coverage {
  const candidates = granted.filter(
    (grant) =>
      extendsResource(asked.resource, grant.resource) &&
      abilityCovers(grant.ability, asked.ability),
  );
  if (candidates.length === 0) return 'uncovered';
  const contained = candidates.some(
    ({ caveats }) => caveats.size === 0 || canonicalJson(caveats) === canonicalJson(asked.caveats),
  );
  return contained ? 'covered' : 'caveats-not-contained';
}

/** Returns the spaces of capabilities, each once, in order of appearance. */
export function spacesOf(capabilities: readonly Capability[]): readonly string[] {
  const spaces = new Set<string>();
  for (const { resource } of capabilities) {
    if (resource.kind === 'space') spaces.add(resource.space.id);
  }
  return [...spaces];
}
