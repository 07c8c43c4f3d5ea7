import type { Recap } from '../../../protocol/recap.js';
import { findResource, type Resource } from '../../../protocol/resource.js';

/** One ability over one resource: the unit in which rights are counted and listed. */
export type RightPair = {
  /** As signed. */
  readonly resource: string;
  /** As signed. */
  readonly ability: string;
  /** Undefined where the resource is none of TinyCloud's. */
  readonly parsed: Resource | undefined;
};

/** Every distinct pair of a verified ReCap, in byte order of resource and ability. */
export function rightPairsOf({ attenuations }: Recap): readonly RightPair[] {
  return [...attenuations].flatMap(([resource, abilities]) => {
    const parsed = findResource(resource);
    return abilities.map((ability) => ({ resource, ability, parsed }));
  });
}
