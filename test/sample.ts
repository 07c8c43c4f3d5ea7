/** What CI samples of a large matrix; `npm run test:full` runs all of it. */

/** Whether every case of every matrix runs. */
export const IS_FULL = process.env['TEST_FULL'] === '1';

/**
 * Returns all items for a full run, and otherwise `count` of them, beginning at `place` and going
 * around. Rows of a matrix that pass their own index meet every column between them, and the same
 * ones in every run.
 */
export function sampleOf<Item>(
  items: readonly Item[],
  count: number,
  place: number,
): readonly Item[] {
  if (IS_FULL || count >= items.length) return items;
  return Array.from(
    { length: count },
    (_, at) => items[(place * count + at) % items.length],
  ).filter((item) => item !== undefined);
}
