/**
 * From rights to at most five lines.
 *
 * A line stands for every right over one thing. When there are more than five, lines are merged
 * step by step, and each merged line keeps its parts. A dangerous line is never merged into one
 * that is not.
 */
import type { ReviewLine } from '../../../api/reviews.js';
import type { WalletDid } from '../../../protocol/did.js';
import { capitalize } from '../rights.js';
import { placeRight, type Place } from './place-right.js';
import { compareLines, graverOf, type Subject } from './review-line.js';
import type { RightPair } from './right-pairs.js';
import { mergeVerbs, type Verb, verbsOf } from './verbs.js';
import type { PlainReviewMessage, ReviewWords } from '../../../languages/review-words.js';

export const MAX_LINES = 5;

/** The verbs of a line as a sentence: "Read, add, change, delete." */
const sentenceOf = ({ say }: ReviewWords, verbs: readonly Verb[]): string =>
  verbs.length === 0 ? '' : `${capitalize(verbs.map((verb) => say(verb)).join(', '))}.`;

const join = (...sentences: readonly string[]): string =>
  sentences.filter((each) => each !== '').join(' ');

type Placed = { readonly place: Place; readonly pairs: readonly RightPair[] };

function placesOf(
  words: ReviewWords,
  pairs: readonly RightPair[],
  own: WalletDid,
): readonly Placed[] {
  const placed = new Map<string, { place: Place; pairs: RightPair[] }>();
  for (const pair of pairs) {
    const place = placeRight(words, pair, own);
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

function lineOf(words: ReviewWords, { place, pairs }: Placed): ReviewLine {
  const { subject, level, title, reason, reach } = place;
  const verbs = mergeVerbs(pairs.flatMap((pair) => verbsOf(pair) ?? []));
  const detail =
    subject === 'upkeep'
      ? upkeepDetail(words, pairs.length)
      : join(subject === 'hosting' ? '' : sentenceOf(words, verbs), reason);
  return {
    subject,
    level,
    title,
    detail,
    ...(reach === undefined ? {} : { reach }),
    rights: pairs.length,
    parts: subject === 'upkeep' ? upkeepParts(words, pairs) : [],
  };
}

const upkeepDetail = ({ say }: ReviewWords, count: number): string =>
  count === 1
    ? say('Lists of your apps and spaces · 1 right')
    : say('Lists of your apps and spaces · {count} rights', { count });

const UPKEEP_TITLES: Readonly<Record<string, PlainReviewMessage>> = {
  'kv applications/': 'List of your apps',
  'kv spaces/': 'List of your spaces',
  'kv system/bootstrap/complete': 'Set-up mark',
  'sql account': 'Index of your account',
  capabilities: 'Rights given so far',
  delegation: 'Rights given so far',
};

function upkeepParts(words: ReviewWords, pairs: readonly RightPair[]): ReviewLine['parts'] {
  const verbs = new Map<string, Verb[]>();
  for (const pair of pairs) {
    if (pair.parsed?.kind !== 'space') continue;
    const { service, path } = pair.parsed;
    const known = UPKEEP_TITLES[path === undefined ? service : `${service} ${path}`];
    const title = known === undefined ? service : words.say(known);
    verbs.set(title, [...(verbs.get(title) ?? []), ...(verbsOf(pair) ?? [])]);
  }
  return [...verbs].map(([title, each]) => ({
    title,
    detail: sentenceOf(words, mergeVerbs(each)),
  }));
}

type Merge = {
  readonly applies: (line: ReviewLine) => boolean;
  readonly merged: (
    words: ReviewWords,
    lines: readonly ReviewLine[],
  ) => Pick<ReviewLine, 'title' | 'detail'> & {
    readonly subject: Subject;
    readonly reach?: string;
  };
};

type Title = (words: ReviewWords, count: number) => string;

const titled =
  (subject: Subject, title: Title, detail?: PlainReviewMessage): Merge['merged'] =>
  (words, lines) => ({
    subject,
    title: title(words, lines.length),
    detail: detail === undefined ? '' : words.say(detail),
  });

const UNITED: readonly (readonly [Subject, Title, PlainReviewMessage])[] = [
  [
    'unknown',
    ({ say }, count) => say('{count} unknown rights', { count }),
    'Nobody can say what they do.',
  ],
  [
    'hosting',
    ({ say }, count) => say('Who hosts {count} of your spaces', { count }),
    'This does not end.',
  ],
  ['decryption', ({ say }) => say('Everything sealed for you'), 'It opens what is encrypted.'],
  ['secrets', ({ say }) => say('Your secrets'), 'These are your passwords and API keys.'],
  [
    'others',
    ({ say }, count) => say('{count} things that are not yours', { count }),
    'They belong to other people.',
  ],
];

/** The steps in which lines are merged, until there are few enough. */
const MERGES: readonly Merge[] = [
  {
    applies: ({ level, subject }) => level === 'plain' && subject === 'files',
    merged: titled('files', ({ say }, count) => say('Files in {count} places', { count })),
  },
  {
    applies: ({ level, subject }) => level === 'plain' && subject === 'databases',
    merged: titled('databases', ({ say }, count) => say('{count} databases', { count })),
  },
  {
    applies: ({ level, subject }) =>
      level === 'plain' && (subject === 'files' || subject === 'databases'),
    merged: titled('files', ({ say }) => say('Your files and databases')),
  },
  {
    applies: ({ level }) => level === 'notice',
    merged: titled('form', ({ say }, count) => say('{count} things worth a look', { count })),
  },
  ...UNITED.map(([subject, title, detail]): Merge => ({
    applies: (line) => line.subject === subject,
    merged: titled(subject, title, detail),
  })),
];

function merge(
  words: ReviewWords,
  lines: readonly ReviewLine[],
  { applies, merged }: Merge,
): readonly ReviewLine[] {
  const chosen = lines.filter(applies);
  const [first] = chosen;
  if (first === undefined || chosen.length < 2) return lines;
  return [...lines.filter((line) => !applies(line)), fold(chosen, merged(words, chosen))].toSorted(
    compareLines,
  );
}

function fold(lines: readonly ReviewLine[], named: ReturnType<Merge['merged']>): ReviewLine {
  const reach = lines.find((line) => line.reach !== undefined)?.reach;
  return {
    level: lines.map(({ level }) => level).reduce(graverOf),
    ...(reach === undefined ? {} : { reach }),
    ...named,
    rights: lines.reduce((sum, { rights }) => sum + rights, 0),
    parts: lines.flatMap(({ title, detail, parts }) =>
      parts.length === 0 ? [{ title, detail }] : parts,
    ),
  };
}

/** The least grave lines beyond the fourth become one, which is as grave as the gravest of them. */
function foldRest({ say }: ReviewWords, lines: readonly ReviewLine[]): readonly ReviewLine[] {
  if (lines.length <= MAX_LINES) return lines;
  const upkeep = lines.filter(({ subject }) => subject === 'upkeep');
  const others = lines.filter(({ subject }) => subject !== 'upkeep');
  const kept = others.slice(0, MAX_LINES - 1 - upkeep.length);
  const rest = others.slice(kept.length);
  const count = rest.reduce((sum, { rights }) => sum + Math.max(1, rights), 0);
  const isDangerous = rest.some(({ level }) => level === 'danger');
  const title = isDangerous
    ? say('And {count} more unusual rights', { count })
    : say('And {count} more rights', { count });
  return [...kept, fold(rest, { subject: 'more', title, detail: '' }), ...upkeep];
}

const isWholeData = ({ place: { subject, reach } }: Placed): boolean =>
  (subject === 'files' || subject === 'databases') && reach !== undefined;

/**
 * Creates the lines of a short summary: all files and all databases are one line with its parts.
 */
function shortLinesOf(words: ReviewWords, placed: readonly Placed[]): readonly ReviewLine[] {
  const whole = placed.filter(isWholeData);
  if (whole.length < 2) return placed.map((each) => lineOf(words, each));
  const united = lineOf(words, {
    place: {
      subject: 'files',
      level: 'plain',
      title: words.say('All your files and databases'),
      reason: '',
      reach: words.say('Also those of other apps.'),
    },
    pairs: whole.flatMap(({ pairs }) => pairs),
  });
  const parts = whole
    .map((each) => lineOf(words, each))
    .map(({ title, detail }) => ({ title, detail }));
  return [
    { ...united, parts },
    ...placed.filter((each) => !isWholeData(each)).map((each) => lineOf(words, each)),
  ];
}

/**
 * What the lines are made of. `notes` are lines about the request itself, such as a long duration.
 */
export type LineSources = {
  readonly pairs: readonly RightPair[];
  readonly own: WalletDid;
  readonly notes: readonly ReviewLine[];
  readonly length: 'full' | 'short';
};

/** Returns the lines of the closed view: at most five. */
export function composeLines(
  words: ReviewWords,
  { pairs, own, notes, length }: LineSources,
): readonly ReviewLine[] {
  const placed = placesOf(words, pairs, own);
  const made =
    length === 'short' ? shortLinesOf(words, placed) : placed.map((each) => lineOf(words, each));
  let lines: readonly ReviewLine[] = [...made, ...notes].toSorted(compareLines);
  for (const step of MERGES) {
    if (lines.length <= MAX_LINES) break;
    lines = merge(words, lines, step);
  }
  return foldRest(words, lines);
}
