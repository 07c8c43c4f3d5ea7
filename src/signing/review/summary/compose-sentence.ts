import type { WalletDid } from '../../../protocol/did.js';
import { placeRight } from './place-right.js';
import { SUBJECTS, type Subject } from './review-line.js';
import type { RightPair } from './right-pairs.js';
import { mergeVerbs, type Verb, verbsOf } from './verbs.js';

/** The gravest subjects in the words of a sentence, after "wants to". */
const GRAVE: Readonly<Partial<Record<Subject, string>>> = {
  unknown: 'use a right that is not known here',
  hosting: 'decide who hosts your spaces',
  decryption: 'decrypt what is sealed for you',
  secrets: 'use your secrets',
  others: 'use what is not yours',
  account: 'change your list of apps and spaces',
};

/** "read", "read and change", "read, change, and delete". */
function listOf(words: readonly string[]): string {
  const [last = '', ...rest] = words.toReversed();
  if (rest.length === 0) return last;
  const first = rest.toReversed();
  return first.length === 1 ? `${first[0]} and ${last}` : `${first.join(', ')}, and ${last}`;
}

const SPOKEN: ReadonlySet<Verb> = new Set(['read', 'change', 'delete', 'do everything']);

/** What an app wants, after "wants to": the gravest first, otherwise what it does in the default space. */
export function composeWant(pairs: readonly RightPair[], own: WalletDid): string {
  const placed = pairs.map((pair) => ({ pair, ...placeRight(pair, own) }));
  const grave = SUBJECTS.filter((subject) =>
    placed.some((each) => each.subject === subject && each.level === 'danger'),
  ).flatMap((subject) => GRAVE[subject] ?? []);
  if (grave.length > 2) return `${grave.slice(0, 2).join(', ')}, and more`;
  if (grave.length > 0) return listOf(grave);
  const data = placed.filter(({ subject }) => subject === 'files' || subject === 'databases');
  const whole = data.filter(({ reach }) => reach !== undefined);
  const verbs = mergeVerbs(data.flatMap(({ pair }) => verbsOf(pair) ?? []));
  if (whole.length > 0) {
    const spoken = verbs.filter((verb) => SPOKEN.has(verb));
    const what = spoken.includes('do everything') ? ['do everything'] : spoken;
    const words = what.length === 0 ? ['look at'] : what;
    return `${listOf(words)} everything in your default space`;
  }
  if (data.length > 0) {
    const places = [...new Set(data.map(({ title }) => title))];
    const keeps = verbs.includes('add') || verbs.includes('change');
    const [only = ''] = places;
    const where =
      places.length === 1 && only.startsWith('Files under ')
        ? `files ${only.slice('Files '.length)}`
        : 'data of its own';
    return `${keeps ? 'keep' : 'read'} ${where} in your default space`;
  }
  if (placed.some(({ level }) => level === 'notice')) return 'use parts of your storage';
  return 'keep your lists of apps and spaces';
}
