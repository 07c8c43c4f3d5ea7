/**
 * The first layer of a review, and the full list behind it. Both are made from the parsed capabilities alone; nothing here
 * comes from the app but the names that it chose, and those are quoted.
 */
import type { RecapContent } from '../../signing-request.js';
import { composeLines } from './compose-lines.js';
import { composeWant } from './compose-sentence.js';
import { formNotesOf } from './form-notes.js';
import { listRights, type RightsSection } from './list-rights.js';
import type { ReviewLine } from './review-line.js';
import { rightPairsOf } from './right-pairs.js';

export type RightsSummary = {
  /** What the app wants, to be read after "wants to". */
  readonly want: string;
  /** At most five, the gravest first. */
  readonly lines: readonly ReviewLine[];
  /** How many rights the full list has. */
  readonly count: number;
  readonly sections: readonly RightsSection[];
};

/** Summarizes the rights that a request grants. `nowMs`: milliseconds since 1970. */
export function summarizeRights(content: RecapContent, nowMs: number): RightsSummary {
  const { address, chainId } = content.message;
  const own = { address, chainId };
  const pairs = rightPairsOf(content.recap);
  return {
    want: composeWant(pairs, own),
    lines: composeLines(pairs, own, formNotesOf(content.message, pairs, nowMs)),
    count: pairs.length,
    sections: listRights(pairs, own),
  };
}
