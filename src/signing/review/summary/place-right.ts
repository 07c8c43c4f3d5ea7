import type { Address } from '../../../protocol/address.js';
import type { WalletDid } from '../../../protocol/did.js';
import type { NetworkId } from '../../../protocol/network-id.js';
import type { SpaceResource } from '../../../protocol/resource.js';
import type { Level, Subject } from './review-line.js';
import type { RightPair } from './right-pairs.js';
import { isUpkeep } from './upkeep.js';
import { verbsOf } from './verbs.js';

/** Where a right belongs: rights with equal subject and title make one line. */
export type Place = {
  readonly subject: Subject;
  readonly level: Level;
  readonly title: string;
  /** Why it is unusual; empty for what is not. */
  readonly reason: string;
  readonly reach?: string;
};

const shortAddress = (address: Address): string => `${address.slice(0, 6)}…${address.slice(-4)}`;

/** A path as a person reads it: what is under a folder, or one path and everything below. */
const under = (path: string): string =>
  path.endsWith('/') ? `under “${path}”` : `“${path}” and below`;

const isOwn = (owner: WalletDid, own: WalletDid): boolean =>
  owner.address === own.address && owner.chainId === own.chainId;

/** Places one right of the account that `own` names. */
export function placeRight(pair: RightPair, own: WalletDid): Place {
  const { parsed, ability, resource } = pair;
  if (parsed === undefined || verbsOf(pair) === undefined) {
    return {
      subject: 'unknown',
      level: 'danger',
      title: 'An unknown right',
      reason: `“${ability}” over “${resource}”. Nobody can say what it does.`,
    };
  }
  if (isUpkeep(pair, own)) return UPKEEP;
  if (parsed.kind === 'network') return placeNetworkRight(parsed.network, ability, own);
  const { owner, name } = parsed.space;
  if (!isOwn(owner, own)) return placeForeign(`space “${name}”`, owner, own);
  if (parsed.service === 'space') {
    return {
      subject: 'hosting',
      level: 'danger',
      title: `Who hosts your “${name}” space`,
      reason: 'This does not end.',
    };
  }
  return (PLACES.get(name) ?? placeInUnknownSpace)(parsed, ability);
}

const UPKEEP: Place = {
  subject: 'upkeep',
  level: 'plain',
  title: 'Usual TinyCloud upkeep',
  reason: '',
};

function placeForeign(what: string, owner: WalletDid, own: WalletDid): Place {
  const isOtherChain = owner.address === own.address;
  return {
    subject: 'others',
    level: 'danger',
    title: isOtherChain
      ? `Your ${what} on chain ${owner.chainId}`
      : `The ${what} of ${shortAddress(owner.address)}`,
    reason: isOtherChain
      ? 'This sign-in is for another chain.'
      : 'It is not yours, and its owner may not have given you this right.',
  };
}

function placeNetworkRight({ owner, name }: NetworkId, ability: string, own: WalletDid): Place {
  if (!isOwn(owner, own)) return placeForeign(`encryption network “${name}”`, owner, own);
  return ability === 'tinycloud.encryption/decrypt'
    ? {
        subject: 'decryption',
        level: 'danger',
        title: 'Everything sealed for you',
        reason: `It opens what is encrypted for “${name}”, your secrets included.`,
      }
    : {
        subject: 'new-network',
        level: 'notice',
        title: 'A new encryption network',
        reason: `It is called “${name}”.`,
      };
}

type PlaceInSpace = (resource: SpaceResource, ability: string) => Place;

const seesRights = ({ service }: SpaceResource): boolean =>
  service === 'capabilities' || service === 'delegation';

const placeInSecrets: PlaceInSpace = ({ service, path }) => ({
  subject: 'secrets',
  level: 'danger',
  title:
    path === undefined || service !== 'kv'
      ? service === 'sql'
        ? 'The records of your secrets'
        : 'All your secrets'
      : `Secrets ${under(path)}`,
  reason: 'These are your passwords and API keys. Few apps need them.',
});

const placeInAccount: PlaceInSpace = () => ({
  subject: 'account',
  level: 'danger',
  title: 'Your list of apps and spaces',
  reason: 'It could hide access or add some.',
});

const placeInPublic: PlaceInSpace = (resource, ability) => {
  if (['tinycloud.kv/get', 'tinycloud.kv/list', 'tinycloud.kv/metadata'].includes(ability)) {
    const { path } = resource;
    return {
      subject: 'files',
      level: 'plain',
      title: path === undefined ? 'Your public files' : `Public files ${under(path)}`,
      reason: '',
    };
  }
  return {
    subject: 'publishing',
    level: 'notice',
    title: 'What everyone can read',
    reason: 'What it adds becomes public.',
  };
};

const placeInApplications: PlaceInSpace = () => ({
  subject: 'applications',
  level: 'notice',
  title: 'What other apps keep for themselves',
  reason: 'It is not only about this app.',
});

const placeInUnknownSpace: PlaceInSpace = ({ space }) => ({
  subject: 'other-space',
  level: 'notice',
  title: `Your space “${space.name}”`,
  reason: '',
});

const placeInDefault: PlaceInSpace = (resource) => {
  const { service, path } = resource;
  if (seesRights(resource)) {
    return { subject: 'rights', level: 'plain', title: 'Rights given so far', reason: '' };
  }
  const isFiles = service === 'kv';
  const subject = isFiles ? 'files' : 'databases';
  // A node takes the last segment of a path for the database's name, so a longer path covers every database.
  if (path === undefined || (!isFiles && path.includes('/'))) {
    return {
      subject,
      level: 'plain',
      title: isFiles ? 'All your files' : 'All your databases',
      reason: '',
      reach: isFiles ? 'Also what other apps keep there.' : 'Also those of other apps.',
    };
  }
  const title = isFiles ? `Files ${under(path)}` : `Database “${path}”`;
  return { subject, level: 'plain', title, reason: '' };
};

const PLACES: ReadonlyMap<string, PlaceInSpace> = new Map([
  ['secrets', placeInSecrets],
  ['account', placeInAccount],
  ['public', placeInPublic],
  ['applications', placeInApplications],
  ['default', placeInDefault],
]);
