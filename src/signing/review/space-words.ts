/** Describes spaces in the words that a person reads. */
import type { Address } from '../../protocol/address.js';
import type { SpaceId } from '../../protocol/space-id.js';
import type { PlainReviewMessage, ReviewWords } from '../../languages/review-words.js';

const WORDS: ReadonlyMap<string, readonly [name: PlainReviewMessage, about: PlainReviewMessage]> =
  new Map<string, readonly [PlainReviewMessage, PlainReviewMessage]>([
    ['default', ['your default space', 'what apps store for you']],
    ['applications', ['your applications space', 'what apps keep for themselves']],
    ['account', ['your account registry', 'which spaces, apps and grants you have']],
    ['secrets', ['your secrets', 'passwords, API keys and variables']],
    ['public', ['your public space', 'what anyone can read']],
  ]);

/** Returns whether every account has a space of this name. */
export const isKnownSpace = (name: string): boolean => WORDS.has(name);

/** Returns the words for a space, addressed to the owner of this address. */
export function describeSpace(
  { say }: ReviewWords,
  { name, owner }: SpaceId,
  address: Address,
): string {
  if (owner.address !== address) {
    return say('the space "{name}" of {owner}', { name, owner: owner.address });
  }
  const known = WORDS.get(name)?.[0];
  const space = known === undefined ? say('your space "{name}"', { name }) : say(known);
  return owner.chainId === 1
    ? space
    : say('{space} on chain {chain}', { space, chain: owner.chainId });
}

/** Returns what an own space contains, or undefined for any other space. */
export function contentsOf(
  { say }: ReviewWords,
  { name, owner }: SpaceId,
  address: Address,
): string | undefined {
  const contents = owner.address === address ? WORDS.get(name)?.[1] : undefined;
  return contents === undefined ? undefined : say(contents);
}
