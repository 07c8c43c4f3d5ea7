/**
 * From rights to at most five lines.
 *
 * A line stands for every right over one thing. When there are more than five, lines are merged step by step, and each merged
 * line keeps its parts. A dangerous line is never merged into one that is not.
 */
import type { ReviewLine } from '../../../api/reviews.js';
import type { WalletDid } from '../../../protocol/did.js';
import { capitalize } from '../rights.js';
import { placeRight, type Place } from './place-right.js';
import { compareLines, graverOf, type Subject } from './review-line.js';
import type { RightPair } from './right-pairs.js';
import { mergeVerbs, type Verb, verbsOf } from './verbs.js';

export const MAX_LINES = 5;

/** The verbs of a line as a sentence: "Read, add, change, delete." */
const sentenceOf = (verbs: readonly Verb[]): string =>
  verbs.length === 0 ? '' : `${capitalize(verbs.join(', '))}.`;

const join = (...sentences: readonly string[]): string =>
  sentences.filter((each) => each !== '').join(' ');

const rightsIn = (count: number): string => (count === 1 ? '1 right' : `${count} rights`);

type Placed = { readonly place: Place; readonly pairs: readonly RightPair[] };

function placesOf(pairs: readonly RightPair[], own: WalletDid): readonly Placed[] {
  const placed = new Map<string, { place: Place; pairs: RightPair[] }>();
  for (const pair of pairs) {
    const place = placeRight(pair, own);
    // Unknown rights are told apart by their reason, which quotes them.
    const key = [place.subject, place.title, place.subject === 'unknown' ? place.reason : ''].join(
      '\n',
    );
    const known = placed.get(key) ?? { place, pairs: [] };
    known.pairs.push(pair);
    placed.set(key, known);
  }
  return [...placed.values()];
}

function lineOf({ place, pairs }: Placed): ReviewLine {
  const { subject, level, title, reason, reach } = place;
  const verbs = mergeVerbs(pairs.flatMap((pair) => verbsOf(pair) ?? []));
  const detail =
    subject === 'upkeep'
      ? `Lists of your apps and spaces · ${rightsIn(pairs.length)}`
      : join(subject === 'hosting' ? '' : sentenceOf(verbs), reason);
  return {
    subject,
    level,
    title,
    detail,
    ...(reach === undefined ? {} : { reach }),
    rights: pairs.length,
    parts: subject === 'upkeep' ? upkeepParts(pairs) : [],
  };
}

const UPKEEP_TITLES: Readonly<Record<string, string>> = {
  'kv applications/': 'List of your apps',
  'kv spaces/': 'List of your spaces',
  'kv system/bootstrap/complete': 'Set-up mark',
  'sql account': 'Index of your account',
  capabilities: 'Rights given so far',
  delegation: 'Rights given so far',
};

function upkeepParts(pairs: readonly RightPair[]): ReviewLine['parts'] {
  const verbs = new Map<string, Verb[]>();
  for (const pair of pairs) {
    if (pair.parsed?.kind !== 'space') continue;
    const { service, path } = pair.parsed;
    const title = UPKEEP_TITLES[path === undefined ? service : `${service} ${path}`] ?? service;
    verbs.set(title, [...(verbs.get(title) ?? []), ...(verbsOf(pair) ?? [])]);
  }
  return [...verbs].map(([title, each]) => ({ title, detail: sentenceOf(mergeVerbs(each)) }));
}

type Merge = {
  readonly applies: (line: ReviewLine) => boolean;
  readonly merged: (lines: readonly ReviewLine[]) => Pick<ReviewLine, 'title' | 'detail'> & {
    readonly subject: Subject;
    readonly reach?: string;
  };
};

const titled =
  (subject: Subject, title: (count: number) => string, detail = '') =>
  (lines: readonly ReviewLine[]) => ({ subject, title: title(lines.length), detail });

/** The steps in which lines are merged, until there are few enough. */
const MERGES: readonly Merge[] = [
  {
    applies: ({ level, subject }) => level === 'plain' && subject === 'files',
    merged: titled('files', (count) => `Files in ${count} places`),
  },
  {
    applies: ({ level, subject }) => level === 'plain' && subject === 'databases',
    merged: titled('databases', (count) => `${count} databases`),
  },
  {
    applies: ({ level, subject }) =>
      level === 'plain' && (subject === 'files' || subject === 'databases'),
    merged: titled('files', () => 'Your files and databases'),
  },
  {
    applies: ({ level }) => level === 'notice',
    merged: titled('form', (count) => `${count} things worth a look`),
  },
  ...(
    [
      ['unknown', (count) => `${count} unknown rights`, 'Nobody can say what they do.'],
      ['hosting', (count) => `Who hosts ${count} of your spaces`, 'This does not end.'],
      ['decryption', () => 'Everything sealed for you', 'It opens what is encrypted.'],
      ['secrets', () => 'Your secrets', 'These are your passwords and API keys.'],
      ['others', (count) => `${count} things that are not yours`, 'They belong to other people.'],
    ] satisfies readonly (readonly [Subject, (count: number) => string, string])[]
  ).map(([subject, title, detail]) => ({
    applies: (line: ReviewLine) => line.subject === subject,
    merged: titled(subject, title, detail),
  })),
];

function merge(lines: readonly ReviewLine[], { applies, merged }: Merge): readonly ReviewLine[] {
  const chosen = lines.filter(applies);
  const [first] = chosen;
  if (first === undefined || chosen.length < 2) return lines;
  return [...lines.filter((line) => !applies(line)), fold(chosen, merged(chosen))].toSorted(
    compareLines,
  );
}

function fold(lines: readonly ReviewLine[], words: ReturnType<Merge['merged']>): ReviewLine {
  const reach = lines.find((line) => line.reach !== undefined)?.reach;
  return {
    level: lines.map(({ level }) => level).reduce(graverOf),
    ...(reach === undefined ? {} : { reach }),
    ...words,
    rights: lines.reduce((sum, { rights }) => sum + rights, 0),
    parts: lines.flatMap(({ title, detail, parts }) =>
      parts.length === 0 ? [{ title, detail }] : parts,
    ),
  };
}

/** The least grave lines beyond the fourth become one, which is as grave as the gravest of them. */
function foldRest(lines: readonly ReviewLine[]): readonly ReviewLine[] {
  if (lines.length <= MAX_LINES) return lines;
  const upkeep = lines.filter(({ subject }) => subject === 'upkeep');
  const others = lines.filter(({ subject }) => subject !== 'upkeep');
  const kept = others.slice(0, MAX_LINES - 1 - upkeep.length);
  const rest = others.slice(kept.length);
  const count = rest.reduce((sum, { rights }) => sum + Math.max(1, rights), 0);
  const isDangerous = rest.some(({ level }) => level === 'danger');
  const title = isDangerous ? `And ${count} more unusual rights` : `And ${count} more rights`;
  return [...kept, fold(rest, { subject: 'more', title, detail: '' }), ...upkeep];
}

const isWholeData = ({ place: { subject, reach } }: Placed): boolean =>
  (subject === 'files' || subject === 'databases') && reach !== undefined;

/** Creates the lines of a short summary: all files and all databases are one line with its parts. */
function shortLinesOf(placed: readonly Placed[]): readonly ReviewLine[] {
  const whole = placed.filter(isWholeData);
  if (whole.length < 2) return placed.map(lineOf);
  const united = lineOf({
    place: {
      subject: 'files',
      level: 'plain',
      title: 'All your files and databases',
      reason: '',
      reach: 'Also those of other apps.',
    },
    pairs: whole.flatMap(({ pairs }) => pairs),
  });
  const parts = whole.map(lineOf).map(({ title, detail }) => ({ title, detail }));
  return [{ ...united, parts }, ...placed.filter((each) => !isWholeData(each)).map(lineOf)];
}

/** The lines of the closed view: at most five. `notes` are lines about the request itself, such as a long duration. */
export function composeLines(
  pairs: readonly RightPair[],
  own: WalletDid,
  notes: readonly ReviewLine[],
  length: 'full' | 'short',
): readonly ReviewLine[] {
  const placed = placesOf(pairs, own);
  const made = length === 'short' ? shortLinesOf(placed) : placed.map(lineOf);
  let lines: readonly ReviewLine[] = [...made, ...notes].toSorted(compareLines);
  for (const step of MERGES) {
    if (lines.length <= MAX_LINES) break;
    lines = merge(lines, step);
  }
  return foldRest(lines);
}
