import type { WalletDid } from '../../../protocol/did.js';
import type { RightPair } from './right-pairs.js';
import { verbsOf } from './verbs.js';

/** One right in the full list: in words, and as it is signed. */
export type ListedRight = {
  readonly text: string;
  /** The part of the resource below its space, and the ability: `kv notes/ · get`. */
  readonly signed: string;
};

export type RightsSection = { readonly title: string; readonly rights: readonly ListedRight[] };

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function sectionTitleOf({ parsed, resource }: RightPair, own: WalletDid): string {
  if (parsed === undefined) return resource;
  const { owner, name } = parsed.kind === 'space' ? parsed.space : parsed.network;
  const what = parsed.kind === 'space' ? `space “${name}”` : `encryption network “${name}”`;
  if (owner.address !== own.address) return `The ${what} of ${owner.address}`;
  return owner.chainId === own.chainId ? `Your ${what}` : `Your ${what} on chain ${owner.chainId}`;
}

function listedRightOf(pair: RightPair): ListedRight {
  const { parsed, ability } = pair;
  const verbs = verbsOf(pair);
  const name = verbs === undefined ? ability : ability.slice(ability.indexOf('/') + 1);
  const where =
    parsed?.kind === 'space'
      ? [parsed.service, parsed.path].filter((each) => each !== undefined).join(' ')
      : 'encryption';
  return {
    text: verbs === undefined ? 'Unknown' : capitalize(verbs.join(', ')),
    signed: `${where} · ${name}`,
  };
}

/** Every right, as signed, by the space or network that it concerns. Nothing is merged or left out here. */
export function listRights(pairs: readonly RightPair[], own: WalletDid): readonly RightsSection[] {
  const sections = new Map<string, ListedRight[]>();
  for (const pair of pairs) {
    const title = sectionTitleOf(pair, own);
    sections.set(title, [...(sections.get(title) ?? []), listedRightOf(pair)]);
  }
  return [...sections].map(([title, rights]) => ({ title, rights }));
}
