/**
 * The first layer of a review: what an app wants in one sentence, and at most five lines. It is
 * made from the parsed message and its parsed capabilities alone. The only words of the app in it
 * are names that it chose, and those are quoted.
 */
import type { ReviewSummary, Warning } from '../../../api/reviews.js';
import { type SigningContent, signInMessageOf } from '../../signing-request.js';
import { composeLines } from './compose-lines.js';
import { composeWant } from './compose-sentence.js';
import { formNotesOf } from './form-notes.js';
import { rightPairsOf } from './right-pairs.js';
import { ENGLISH_WORDS, type ReviewWords } from '../../../languages/review-words.js';

/** The language and the length of a summary. */
export type SummaryForm = {
  readonly words?: ReviewWords;
  readonly length?: 'full' | 'short';
};

/**
 * Summarizes a sign-in request; returns null for text and for bytes, which mean nothing that this
 * service can sum up. `warnings` are those of the same request; `nowMs`: milliseconds since 1970. A
 * short summary has one line for all files and databases.
 */
export function summarize(
  content: SigningContent,
  warnings: readonly Warning[],
  nowMs: number,
  { words = ENGLISH_WORDS, length = 'full' }: SummaryForm = {},
): ReviewSummary | null {
  const message = signInMessageOf(content);
  if (message === undefined) return null;
  const { address, chainId } = message;
  const own = { address, chainId };
  const pairs = content.kind === 'recap' ? rightPairsOf(content.rights) : [];
  return {
    want: pairs.length === 0 ? words.say('sign you in') : composeWant(words, pairs, own),
    lines: composeLines(words, {
      pairs,
      own,
      length,
      notes: formNotesOf(words, message, warnings, nowMs),
    }),
    rights: pairs.length,
  };
}
