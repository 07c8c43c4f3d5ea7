import type { WalletDid } from '../../../protocol/did.js';
import type { RightPair } from './right-pairs.js';

/**
 * The rights that every TinyCloud sign-in asks for, by space, service and path. A pair belongs to
 * them only if the space is the person's own on the account's chain and the entry is equal, member
 * by member: there is no wildcard and no prefix.
 */
const UPKEEP: readonly (readonly [
  space: string,
  service: string,
  path: string | undefined,
  abilities: readonly string[],
])[] = [
  ['account', 'kv', 'applications/', ['get', 'list', 'put']],
  ['account', 'kv', 'spaces/', ['get', 'list', 'put']],
  ['account', 'kv', 'system/bootstrap/complete', ['get', 'put']],
  ['account', 'sql', 'account', ['read', 'write', 'schema']],
  ['account', 'capabilities', undefined, ['read']],
  ['account', 'delegation', undefined, ['list']],
  ['default', 'capabilities', undefined, ['read']],
];

/** Whether a pair is part of the usual upkeep of the account that `own` names. */
export function isUpkeep({ parsed, ability }: RightPair, own: WalletDid): boolean {
  if (parsed?.kind !== 'space') return false;
  const { space, service, path } = parsed;
  const { owner, name } = space;
  if (owner.address !== own.address || owner.chainId !== own.chainId) return false;
  return UPKEEP.some(
    ([eachSpace, eachService, eachPath, abilities]) =>
      name === eachSpace &&
      service === eachService &&
      path === eachPath &&
      abilities.some((each) => ability === `tinycloud.${eachService}/${each}`),
  );
}
