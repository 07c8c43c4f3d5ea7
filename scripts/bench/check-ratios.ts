/** A ratio may fall to this part of the committed one before `--check` fails. */
export const LEAST_PART = 0.7;

type Ratios = Readonly<Record<string, number>>;

/**
 * Returns a sentence for each ratio that is missing or has fallen below LEAST_PART of the committed
 * one. Ratios that are not committed are not judged.
 */
export function findLosses(
  bench: string,
  measured: Ratios,
  committed: Ratios = {},
): readonly string[] {
  return Object.entries(committed).flatMap(([name, before]) => {
    const now = measured[name];
    if (now === undefined) return [`${bench}: ${name} was not measured.`];
    if (now >= before * LEAST_PART) return [];
    return [`${bench}: ${name} is ${now}, less than ${LEAST_PART} of ${before}.`];
  });
}
