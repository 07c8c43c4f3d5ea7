import { undecodable } from '../refusal.js';
import { isAbility } from './ability.js';
import { compareBytes } from './json-text.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from './json-tree.js';
import { parseResource, type Resource } from './resource.js';

/** One resource with one ability. An empty `caveats` means "no caveats". */
export type Capability = {
  readonly resource: Resource;
  readonly ability: string;
  readonly caveats: JsonObject;
};

/**
 * A capability together with its URI as written, which statements name and which determines the
 * order.
 */
export type WrittenCapability = Capability & { readonly uri: string };

/**
 * Reads `{resource URI: {ability: [caveat…]}}` in the node's order: by URI, then by ability. The
 * caveats of a SIWE ReCap are decoded with the unit type and can therefore only be nulls.
 */
export function readAttenuation(
  att: Json | undefined,
  caveatsMayHoldValues: boolean,
): readonly WrittenCapability[] {
  if (!isJsonObject(att)) throw undecodable();
  const out: WrittenCapability[] = [];
  for (const [uri, abilities] of sortedEntries(att)) {
    const resource = parseResource(uri);
    if (resource === undefined || !isJsonObject(abilities)) throw undecodable();
    for (const [ability, list] of sortedEntries(abilities)) {
      if (!isAbility(ability)) throw undecodable();
      out.push({ uri, resource, ability, caveats: readCaveats(list, caveatsMayHoldValues) });
    }
  }
  return out;
}

function sortedEntries(object: JsonObject): readonly (readonly [string, Json])[] {
  return [...object].toSorted(([left], [right]) => compareBytes(left, right));
}

function readCaveats(list: Json, mayHoldValues: boolean): JsonObject {
  if (!isJsonArray(list) || list.length === 0) throw undecodable();
  const merged = new Map<string, Json>();
  for (const caveat of list) {
    if (!isJsonObject(caveat)) throw undecodable();
    for (const [key, value] of caveat) {
      if (mayHoldValues) merged.set(key, value);
      else if (value !== null) throw undecodable();
    }
  }
  return merged;
}
