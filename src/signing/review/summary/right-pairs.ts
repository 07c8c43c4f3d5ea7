import type { Resource } from '../../../protocol/resource.js';
import type { GrantedRights } from '../../granted-rights.js';

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
export const rightPairsOf = (rights: readonly GrantedRights[]): readonly RightPair[] =>
  rights.flatMap(({ uri, abilities, resource }) =>
    abilities.map((ability) => ({ resource: uri, ability, parsed: resource })),
  );
