/** How unusual a right is. Color follows from it: `danger` is unusual and harmful, `notice` is worth a look. */
export type Level = 'plain' | 'notice' | 'danger';

/** What a line is about. The order is the one in which lines appear, within one level. */
export const SUBJECTS = [
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
] as const;

export type Subject = (typeof SUBJECTS)[number];

/** One line of the closed view. */
export type ReviewLine = {
  readonly subject: Subject;
  readonly level: Level;
  readonly title: string;
  /** What the app can do, as a sentence; why it is unusual follows where it is. Empty where the title says everything. */
  readonly detail: string;
  /** Who else is affected, shown in full ink. */
  readonly reach?: string;
  /** How many rights the line stands for. */
  readonly rights: number;
  /** What the line was merged from. Empty for a line that was not. */
  readonly parts: readonly { readonly title: string; readonly detail: string }[];
};

const LEVELS: readonly Level[] = ['danger', 'notice', 'plain'];

/** The gravest level first, then the order of subjects. The sort is stable. */
export const compareLines = (a: ReviewLine, b: ReviewLine): number =>
  LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
  SUBJECTS.indexOf(a.subject) - SUBJECTS.indexOf(b.subject);

/** The graver of two levels. */
export const graverOf = (a: Level, b: Level): Level =>
  LEVELS.indexOf(a) <= LEVELS.indexOf(b) ? a : b;
