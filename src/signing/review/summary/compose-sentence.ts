import type { WalletDid } from '../../../protocol/did.js';
import { type Place, placeRight } from './place-right.js';
import type { PlainReviewMessage, ReviewWords } from '../../../languages/review-words.js';
import { SUBJECTS, type Subject } from './review-line.js';
import type { RightPair } from './right-pairs.js';
import { mergeVerbs, type Verb, verbsOf } from './verbs.js';

/** The gravest subjects in the words of a sentence, after "wants to". */
const GRAVE: Readonly<Partial<Record<Subject, PlainReviewMessage>>> = {
  unknown: 'use a right that is not known here',
  hosting: 'decide who hosts your spaces',
  decryption: 'decrypt what is sealed for you',
  secrets: 'use your secrets',
  others: 'use what is not yours',
  account: 'change your list of apps and spaces',
};

const SPOKEN: ReadonlySet<Verb> = new Set(['read', 'change', 'delete', 'do everything']);

/**
 * What an app wants, after "wants to": the gravest first, otherwise what it does in the default
 * space.
 */
export function composeWant(
  words: ReviewWords,
  pairs: readonly RightPair[],
  own: WalletDid,
): string {
  const { say, list } = words;
  const placed = pairs.map((pair) => ({ pair, ...placeRight(words, pair, own) }));
  const grave = SUBJECTS.filter((subject) =>
    placed.some((each) => each.subject === subject && each.level === 'danger'),
  )
    .flatMap((subject) => GRAVE[subject] ?? [])
    .map((each) => say(each));
  if (grave.length > 2) return say('{list}, and more', { list: grave.slice(0, 2).join(', ') });
  if (grave.length > 0) return list(grave);
  const data = placed.filter(({ subject }) => subject === 'files' || subject === 'databases');
  const verbs = mergeVerbs(data.flatMap(({ pair }) => verbsOf(pair) ?? []));
  if (data.some(({ reach }) => reach !== undefined)) {
    const spoken = list(spokenOf(verbs).map((each) => say(each)));
    return say('{verbs} everything in your default space', { verbs: spoken });
  }
  if (data.length > 0) return wantOfPart(words, data, verbs);
  if (placed.some(({ level }) => level === 'notice')) return say('use parts of your storage');
  return say('keep your lists of apps and spaces');
}

function spokenOf(verbs: readonly Verb[]): readonly (Verb | 'look at')[] {
  const spoken = verbs.filter((verb) => SPOKEN.has(verb));
  if (spoken.includes('do everything')) return ['do everything'];
  return spoken.length === 0 ? ['look at'] : spoken;
}

/** What an app wants that asks for parts of the default space only. */
function wantOfPart({ say }: ReviewWords, data: readonly Place[], verbs: readonly Verb[]): string {
  const keeps = verbs.includes('add') || verbs.includes('change');
  const [first] = data;
  const path = data.every(({ title }) => title === first?.title) ? first?.folder : undefined;
  if (path === undefined) {
    return keeps
      ? say('keep data of its own in your default space')
      : say('read data of its own in your default space');
  }
  return keeps
    ? say('keep files under “{path}” in your default space', { path })
    : say('read files under “{path}” in your default space', { path });
}
