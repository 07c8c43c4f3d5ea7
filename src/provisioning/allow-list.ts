/**
 * The ten requests that set up an account: hosting and a session for each of the five spaces.
 *
 * - A host request: every entry grants only `tinycloud.space/host` on the service `space`, without
 *   a path, of one of the five spaces.
 * - A session request: every entry matches a resource of one of the five sessions (same space,
 *   service and exact path, with a subset of the abilities) or its raw ability, and at least one
 *   entry is in the session's own space. The request must match exactly one of the five sessions.
 */
import { isSpaceName, SPACE_NAMES, type SpaceName } from '../bootstrap/account.js';
import { sessionRecap } from '../bootstrap/session-grants.js';
import type { WalletDid } from '../protocol/did.js';
import type { FindAllowedRequest } from '../signing/find-denial.js';
import type { GrantedRights } from '../signing/granted-rights.js';

/** Returns which of the ten requests a ReCap is, or undefined if it is none of them. */
export const findAllowedRequest: FindAllowedRequest = ({ recap, rights }, owner) => {
  if (rights.length === 0 || recap.parents.length > 0) return undefined;
  if (rights.every((each) => isHosting(each, owner))) {
    return { kind: 'host', spaces: rights.map(({ uri }) => uri.slice(0, -'/space'.length)) };
  }
  const standing = SPACE_NAMES.filter((name) => stands(rights, owner, name));
  return standing.length === 1 ? { kind: 'session' } : undefined;
};

function isHosting({ resource, abilities }: GrantedRights, owner: WalletDid): boolean {
  return (
    resource?.kind === 'space' &&
    resource.service === 'space' &&
    resource.path === undefined &&
    isSpaceName(resource.space.name) &&
    isOwner(resource.space.owner, owner) &&
    abilities.every((ability) => ability === 'tinycloud.space/host')
  );
}

const isOwner = (claimed: WalletDid, owner: WalletDid): boolean =>
  claimed.address === owner.address && claimed.chainId === owner.chainId;

function stands(rights: readonly GrantedRights[], owner: WalletDid, name: SpaceName): boolean {
  const { attenuations } = sessionRecap(owner, name);
  const isExplained = ({ uri, abilities }: GrantedRights): boolean => {
    const allowed = attenuations.get(uri);
    return allowed !== undefined && abilities.every((ability) => allowed.includes(ability));
  };
  const isInOwnSpace = ({ resource }: GrantedRights): boolean =>
    resource?.kind === 'space' && resource.space.name === name;
  return rights.every(isExplained) && rights.some(isInOwnSpace);
}
