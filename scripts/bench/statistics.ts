export type Spread = { readonly median: number; readonly min: number; readonly max: number };

/** Returns the median of at least one number, rounded to a thousandth. */
export const medianOf = (values: readonly number[]): number =>
  spreadOf(values.map((value) => value * 1_000)).median / 1_000;

/** Returns median, minimum and maximum of at least one number, rounded to a tenth. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const tenth = (value: number | undefined): number => Math.round((value ?? 0) * 10) / 10;
  return {
    median: tenth(sorted[Math.floor(sorted.length / 2)]),
    min: tenth(sorted[0]),
    max: tenth(sorted.at(-1)),
  };
}
