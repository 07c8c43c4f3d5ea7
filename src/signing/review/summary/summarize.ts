/**
 * The first layer of a review: what an app wants in one sentence, and at most five lines. It is made from the parsed message and
 * its parsed capabilities alone. The only words of the app in it are names that it chose, and those are quoted.
 */
import type { ReviewSummary, Warning } from '../../../api/reviews.js';
import { type SigningContent, signInMessageOf } from '../../signing-request.js';
import { composeLines } from './compose-lines.js';
import { composeWant } from './compose-sentence.js';
import { formNotesOf } from './form-notes.js';
import { rightPairsOf } from './right-pairs.js';

/**
 * Summarizes a sign-in request; returns null for text and for bytes, which mean nothing that this service can sum up.
 * `warnings` are those of the same request; `nowMs`: milliseconds since 1970. A short summary has one line for all files and
 * databases.
 */
export function summarize(
  content: SigningContent,
  warnings: readonly Warning[],
  nowMs: number,
  length: 'full' | 'short' = 'full',
): ReviewSummary | null {
  const message = signInMessageOf(content);
  if (message === undefined) return null;
  const { address, chainId } = message;
  const own = { address, chainId };
  const pairs = content.kind === 'recap' ? rightPairsOf(content.recap) : [];
  return {
    want: pairs.length === 0 ? 'sign you in' : composeWant(pairs, own),
    lines: composeLines(pairs, own, formNotesOf(message, warnings, nowMs), length),
    rights: pairs.length,
  };
}
