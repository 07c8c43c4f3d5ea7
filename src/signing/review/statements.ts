/**
 * Describes what a ReCap grants in plain words: one line for each kind of right to each resource,
 * with deletion first.
 *
 * Nothing is summarized: every line contains its resource and abilities as signed, and an unknown
 * ability is shown as it is. Any change of the ReCap therefore changes the lines.
 */
import type { Statement } from '../../api/reviews.js';
import type { Address } from '../../protocol/address.js';
import type { Resource } from '../../protocol/resource.js';
import { ENGLISH_WORDS, type ReviewWords } from '../../languages/review-words.js';
import type { GrantedRights } from '../granted-rights.js';
import { contentsOf, describeSpace } from './space-words.js';
import { RIGHTS, type Right, type RightKind, UNKNOWN_RIGHT } from './rights.js';

/** Returns the lines for the rights of a ReCap that the key with this address would sign. */
export function describeRights(
  rights: readonly GrantedRights[],
  address: Address,
  words: ReviewWords = ENGLISH_WORDS,
): readonly Statement[] {
  return rights
    .flatMap((each) => linesOf(words, each, address))
    .map((line, at) => ({ line, at }))
    .toSorted((a, b) => rankOf(a.line.kind) - rankOf(b.line.kind) || a.at - b.at)
    .map(({ line }) => line);
}

const KINDS: readonly RightKind[] = [
  'delete',
  'host',
  'decrypt',
  'unknown',
  'write',
  'create-network',
  'list-grants',
  'read',
  'inspect',
];
const rankOf = (kind: RightKind): number => KINDS.indexOf(kind);

function linesOf(
  words: ReviewWords,
  { uri, abilities, resource }: GrantedRights,
  address: Address,
): readonly Statement[] {
  const space = spaceOf(words, resource, address);
  return groupsOf(resource, abilities).map(({ right, covered, names }) => ({
    kind: right.kind,
    // Even reading is sensitive in the secrets space.
    severity: space.space === 'secrets' && right.severity === 'normal' ? 'caution' : right.severity,
    text: right.describe(words, describePlace(words, covered, uri, address), names),
    ...space,
    resource: uri,
    abilities: names,
  }));
}

type Group = {
  readonly right: Right;
  readonly covered: Resource | undefined;
  readonly names: readonly string[];
};

/** Groups the abilities of one kind that cover the same part of the resource. */
function groupsOf(resource: Resource | undefined, abilities: readonly string[]): readonly Group[] {
  const groups: Group[] = [];
  for (const ability of abilities) {
    const right = rightOf(resource, ability);
    const covered = coveredBy(resource, ability);
    const at = groups.findIndex((each) => each.right === right && each.covered === covered);
    const { names = [] } = groups[at] ?? {};
    groups.splice(at < 0 ? groups.length : at, 1, { right, covered, names: [...names, ability] });
  }
  return groups;
}

/** A node lists by prefix, and the empty path (`kv/`) is the prefix of every key. */
function coveredBy(resource: Resource | undefined, ability: string): Resource | undefined {
  if (resource?.kind !== 'space' || resource.path !== '' || ability !== 'tinycloud.kv/list') {
    return resource;
  }
  const { kind, space, service } = resource;
  return { kind, space, service };
}

function spaceOf(
  words: ReviewWords,
  resource: Resource | undefined,
  address: Address,
): Pick<Statement, 'space' | 'contents'> {
  if (resource?.kind !== 'space') return {};
  const contents = contentsOf(words, resource.space, address);
  return { space: resource.space.name, ...(contents === undefined ? {} : { contents }) };
}

function rightOf(resource: Resource | undefined, ability: string): Right {
  const [namespace] = ability.split('/');
  const fits =
    resource?.kind === 'network'
      ? namespace === 'tinycloud.encryption'
      : namespace === `tinycloud.${resource?.service ?? ''}`;
  return (fits ? RIGHTS.get(ability) : undefined) ?? UNKNOWN_RIGHT;
}

function describePlace(
  words: ReviewWords,
  resource: Resource | undefined,
  text: string,
  address: Address,
): string {
  const { say } = words;
  if (resource === undefined) return `"${text}"`;
  if (resource.kind === 'network') {
    const { name, owner } = resource.network;
    return owner.address === address
      ? say('your encryption network "{name}"', { name })
      : say('the encryption network "{name}" of {owner}', { name, owner: owner.address });
  }
  const { path, service } = resource;
  const place = describeSpace(words, resource.space, address);
  if (path === undefined || service === 'space') return place;
  // The last segment of a path names the database, so a prefix of several paths covers all their
  // databases.
  if (service === 'sql') {
    return /^[^/]+$/.test(path)
      ? say('the database "{path}" of {place}', { path, place })
      : say('any database of {place}, by a path that begins with "{path}"', { path, place });
  }
  if (service === 'kv' && path === '') {
    return say('{place} under the empty key and keys that begin with a slash', { place });
  }
  if (service === 'kv' && path === '/') {
    return say('{place} under keys that begin with a slash', { place });
  }
  return path.endsWith('/')
    ? say('{place} under "{path}"', { place, path })
    : say('{place} at "{path}" and below it', { place, path });
}

const GRAVE_KINDS: ReadonlySet<RightKind> = new Set(['delete', 'host', 'decrypt', 'unknown']);

/** Returns whether the person has to confirm a line with a passkey each time. */
export const isGrave = ({ kind, space }: Pick<Statement, 'kind' | 'space'>): boolean =>
  GRAVE_KINDS.has(kind) || space === 'secrets';

/** Returns whether any line about these abilities would be grave, without composing its words. */
export const isGraveRight = (
  resource: Resource | undefined,
  abilities: readonly string[],
): boolean =>
  abilities.some((ability) =>
    isGrave({
      kind: rightOf(resource, ability).kind,
      ...(resource?.kind === 'space' ? { space: resource.space.name } : {}),
    }),
  );
