import type { Address } from '../../../protocol/address.js';
import type { WalletDid } from '../../../protocol/did.js';
import type { NetworkId } from '../../../protocol/network-id.js';
import type { SpaceResource } from '../../../protocol/resource.js';
import type { Level, Subject } from './review-line.js';
import type { RightPair } from './right-pairs.js';
import { isUpkeep } from './upkeep.js';
import { verbsOf } from './verbs.js';
import type { ReviewWords } from '../../../languages/review-words.js';

/** Where a right belongs: rights with equal subject and title make one line. */
export type Place = {
  readonly subject: Subject;
  readonly level: Level;
  readonly title: string;
  /** Why it is unusual; empty for what is not. */
  readonly reason: string;
  readonly reach?: string;
  /** The folder that a line about files names. */
  readonly folder?: string;
};

const shortAddress = (address: Address): string => `${address.slice(0, 6)}…${address.slice(-4)}`;

const isOwn = (owner: WalletDid, own: WalletDid): boolean =>
  owner.address === own.address && owner.chainId === own.chainId;

/** Places one right of the account that `own` names. */
export function placeRight(words: ReviewWords, pair: RightPair, own: WalletDid): Place {
  const { say } = words;
  const { parsed, ability, resource } = pair;
  if (parsed === undefined || verbsOf(pair) === undefined) {
    return {
      subject: 'unknown',
      level: 'danger',
      title: say('An unknown right'),
      reason: say('“{ability}” over “{resource}”. Nobody can say what it does.', {
        ability,
        resource,
      }),
    };
  }
  if (isUpkeep(pair, own))
    return { subject: 'upkeep', level: 'plain', title: say('Usual TinyCloud upkeep'), reason: '' };
  if (parsed.kind === 'network') return placeNetworkRight(words, parsed.network, ability, own);
  const { owner, name } = parsed.space;
  if (!isOwn(owner, own)) return placeForeign(words, { kind: 'space', name, owner }, own);
  if (parsed.service === 'space') {
    return {
      subject: 'hosting',
      level: 'danger',
      title: say('Who hosts your “{name}” space', { name }),
      reason: say('This does not end.'),
    };
  }
  return (PLACES.get(name) ?? placeInUnknownSpace)(words, parsed, ability);
}

/** A space or a network of another account or chain. */
type Foreign = {
  readonly kind: 'space' | 'network';
  readonly name: string;
  readonly owner: WalletDid;
};

function placeForeign({ say }: ReviewWords, { kind, name, owner }: Foreign, own: WalletDid): Place {
  const isOtherChain = owner.address === own.address;
  const chain = owner.chainId;
  const address = shortAddress(owner.address);
  const title =
    kind === 'space'
      ? isOtherChain
        ? say('Your space “{name}” on chain {chain}', { name, chain })
        : say('The space “{name}” of {owner}', { name, owner: address })
      : isOtherChain
        ? say('Your encryption network “{name}” on chain {chain}', { name, chain })
        : say('The encryption network “{name}” of {owner}', { name, owner: address });
  return {
    subject: 'others',
    level: 'danger',
    title,
    reason: isOtherChain
      ? say('This sign-in is for another chain.')
      : say('It is not yours, and its owner may not have given you this right.'),
  };
}

function placeNetworkRight(
  words: ReviewWords,
  { owner, name }: NetworkId,
  ability: string,
  own: WalletDid,
): Place {
  const { say } = words;
  if (!isOwn(owner, own)) return placeForeign(words, { kind: 'network', name, owner }, own);
  return ability === 'tinycloud.encryption/decrypt'
    ? {
        subject: 'decryption',
        level: 'danger',
        title: say('Everything sealed for you'),
        reason: say('It opens what is encrypted for “{name}”, your secrets included.', { name }),
      }
    : {
        subject: 'new-network',
        level: 'notice',
        title: say('A new encryption network'),
        reason: say('It is called “{name}”.', { name }),
      };
}

type PlaceInSpace = (words: ReviewWords, resource: SpaceResource, ability: string) => Place;

const seesRights = ({ service }: SpaceResource): boolean =>
  service === 'capabilities' || service === 'delegation';

const placeInSecrets: PlaceInSpace = ({ say }, { service, path }) => ({
  subject: 'secrets',
  level: 'danger',
  title:
    path === undefined || service !== 'kv'
      ? service === 'sql'
        ? say('The records of your secrets')
        : say('All your secrets')
      : path.endsWith('/')
        ? say('Secrets under “{path}”', { path })
        : say('Secrets “{path}” and below', { path }),
  reason: say('These are your passwords and API keys. Few apps need them.'),
});

const placeInAccount: PlaceInSpace = ({ say }) => ({
  subject: 'account',
  level: 'danger',
  title: say('Your list of apps and spaces'),
  reason: say('It could hide access or add some.'),
});

const placeInPublic: PlaceInSpace = ({ say }, { path }, ability) => {
  if (['tinycloud.kv/get', 'tinycloud.kv/list', 'tinycloud.kv/metadata'].includes(ability)) {
    const title =
      path === undefined
        ? say('Your public files')
        : path.endsWith('/')
          ? say('Public files under “{path}”', { path })
          : say('Public files “{path}” and below', { path });
    return { subject: 'files', level: 'plain', title, reason: '' };
  }
  return {
    subject: 'publishing',
    level: 'notice',
    title: say('What everyone can read'),
    reason: say('What it adds becomes public.'),
  };
};

const placeInApplications: PlaceInSpace = ({ say }) => ({
  subject: 'applications',
  level: 'notice',
  title: say('What other apps keep for themselves'),
  reason: say('It is not only about this app.'),
});

const placeInUnknownSpace: PlaceInSpace = ({ say }, { space: { name } }) => ({
  subject: 'other-space',
  level: 'notice',
  title: say('Your space “{name}”', { name }),
  reason: '',
});

const placeInDefault: PlaceInSpace = ({ say }, resource) => {
  const { service, path } = resource;
  if (seesRights(resource)) {
    return { subject: 'rights', level: 'plain', title: say('Rights given so far'), reason: '' };
  }
  const isFiles = service === 'kv';
  const subject = isFiles ? 'files' : 'databases';
  // A node takes the last segment of a path for the database's name, so a longer path covers every
  // database.
  if (path === undefined || (!isFiles && path.includes('/'))) {
    return {
      subject,
      level: 'plain',
      title: isFiles ? say('All your files') : say('All your databases'),
      reason: '',
      reach: isFiles ? say('Also what other apps keep there.') : say('Also those of other apps.'),
    };
  }
  if (!isFiles)
    return { subject, level: 'plain', title: say('Database “{path}”', { path }), reason: '' };
  return path.endsWith('/')
    ? {
        subject,
        level: 'plain',
        title: say('Files under “{path}”', { path }),
        reason: '',
        folder: path,
      }
    : { subject, level: 'plain', title: say('Files “{path}” and below', { path }), reason: '' };
};

const PLACES: ReadonlyMap<string, PlaceInSpace> = new Map([
  ['secrets', placeInSecrets],
  ['account', placeInAccount],
  ['public', placeInPublic],
  ['applications', placeInApplications],
  ['default', placeInDefault],
]);
