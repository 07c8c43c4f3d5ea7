/** What is in a space, as a person would say it. */
import type { Address } from '../../protocol/address.js';
import type { SpaceId } from '../../protocol/space-id.js';

const WORDS: ReadonlyMap<string, string> = new Map([
  ['default', 'your default space (what apps store for you)'],
  ['applications', 'your applications space (what apps keep for themselves)'],
  ['account', 'your account registry (which spaces, apps and grants you have)'],
  ['secrets', 'your secrets (passwords, API keys, variables)'],
  ['public', 'your public space (anybody can read it)'],
]);

export function describeSpace({ name, owner }: SpaceId, address: Address): string {
  if (owner.address !== address) return `the space "${name}" of ${owner.address}`;
  const words = WORDS.get(name) ?? `your space "${name}"`;
  return owner.chainId === 1 ? words : `${words} on chain ${owner.chainId}`;
}
