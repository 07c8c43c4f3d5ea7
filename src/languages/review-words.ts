/** Composes the sentences about a request in the language of the person who is asked. */
import { REVIEWS } from './german/reviews.js';
import { RIGHTS } from './german/rights.js';
import type { Language } from './language.js';
import { fillMessage, type PlainOf, type Table, type ValuesOf } from './message.js';

const GERMAN = { ...REVIEWS, ...RIGHTS } as const;

/** The messages that describe a request. */
export type ReviewMessage = keyof typeof GERMAN;

/** Those of them that have no value. */
export type PlainReviewMessage = PlainOf<ReviewMessage>;

/** The words of a language. */
export type ReviewWords = {
  readonly say: <M extends ReviewMessage>(
    message: M,
    ...values: ValuesOf<M, string | number>
  ) => string;
  /** Joins words as in "read, change, and delete". */
  readonly list: (words: readonly string[]) => string;
};

const TABLES: { readonly [language in Language]: Table } = { en: {}, de: GERMAN };

function createWords(language: Language): ReviewWords {
  const lists = new Intl.ListFormat(language, { type: 'conjunction' });
  return {
    say: (message, ...[values]) => fillMessage(TABLES[language], message, values),
    list: (words) => lists.format(words),
  };
}

/** The words of each language. */
export const REVIEW_WORDS: { readonly [language in Language]: ReviewWords } = {
  en: createWords('en'),
  de: createWords('de'),
};

/** The words in English. */
export const ENGLISH_WORDS = REVIEW_WORDS.en;
