import type { ReviewLine } from '../../../api/reviews.js';

/** How unusual a line is. */
export type Level = ReviewLine['level'];

/** What a line is about. */
export type Subject = ReviewLine['subject'];

/** The order in which lines of one level appear. */
export const SUBJECTS: readonly Subject[] = [
  'unknown',
  'hosting',
  'decryption',
  'secrets',
  'others',
  'account',
  'receiver',
  'publishing',
  'applications',
  'new-network',
  'form',
  'files',
  'databases',
  'rights',
  'other-space',
  'upkeep',
  'more',
];

const LEVELS: readonly Level[] = ['danger', 'notice', 'plain'];

/** The gravest level first, then the order of subjects. The sort is stable. */
export const compareLines = (a: ReviewLine, b: ReviewLine): number =>
  LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
  SUBJECTS.indexOf(a.subject) - SUBJECTS.indexOf(b.subject);

/** The graver of two levels. */
export const graverOf = (a: Level, b: Level): Level =>
  LEVELS.indexOf(a) <= LEVELS.indexOf(b) ? a : b;
