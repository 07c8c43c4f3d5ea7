/**
 * One deliberate fault: a replacement in one file, and the test that must fail while it is in
 * place.
 *
 * Each `test/mutants/<area>.ts` exports a list called `MUTANTS`. A guarantee that no mutant covers
 * is a guarantee that nobody checks, so a new "never" rule comes with a mutant here.
 * `npm run mutants` tries them.
 */
export type Mutant = {
  /**
   * Unique across all lists; lower-case words joined by hyphens that say what the mutant breaks.
   */
  readonly id: string;
  /** Path of the mutated file from the root of the repository. */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly from: string;
  /** Text that takes its place; the result must still compile to JavaScript. */
  readonly to: string;
  /** `test/path.test.ts: title of the test that fails`, with every `${…}` of a title filled in. */
  readonly killedBy: string;
};
