/** Describes spaces in the words that a person reads. */
import type { Address } from '../../protocol/address.js';
import type { SpaceId } from '../../protocol/space-id.js';

const WORDS: ReadonlyMap<string, readonly [name: string, about: string]> = new Map([
  ['default', ['your default space', 'what apps store for you']],
  ['applications', ['your applications space', 'what apps keep for themselves']],
  ['account', ['your account registry', 'which spaces, apps and grants you have']],
  ['secrets', ['your secrets', 'passwords, API keys and variables']],
  ['public', ['your public space', 'what anyone can read']],
]);

/** Returns whether every account has a space of this name. */
export const isKnownSpace = (name: string): boolean => WORDS.has(name);

/** Returns the words for a space, addressed to the owner of this address. */
export function describeSpace({ name, owner }: SpaceId, address: Address): string {
  if (owner.address !== address) return `the space "${name}" of ${owner.address}`;
  const words = WORDS.get(name)?.[0] ?? `your space "${name}"`;
  return owner.chainId === 1 ? words : `${words} on chain ${owner.chainId}`;
}

/** Returns what an own space contains, or undefined for any other space. */
export function contentsOf({ name, owner }: SpaceId, address: Address): string | undefined {
  return owner.address === address ? WORDS.get(name)?.[1] : undefined;
}
