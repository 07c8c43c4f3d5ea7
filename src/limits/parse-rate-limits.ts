/**
 * The setting `RATE_LIMITS`: items with a comma between them, each `CLASS=COUNT/SECONDS` for every scope of a class or
 * `CLASS@SCOPE=COUNT/SECONDS` for one of them. The narrower item counts, wherever it stands; what is not named keeps its
 * number of rate-classes.ts. No spaces: there is one way to write it.
 */
import {
  defaultRateLimits,
  findRateClass,
  type LimitName,
  type RateLimit,
  type RateLimits,
} from './rate-classes.js';

export type ParsedRateLimits = {
  readonly limits: RateLimits;
  /** A sentence each, with the number of the item and never its text. */
  readonly problems: readonly string[];
};

const ITEM = /^([a-z-]+)(?:@([a-z]+))?=([1-9][0-9]{0,6})\/([1-9][0-9]{0,4})$/;
const MAX_COUNT = 1_000_000;
const MAX_WINDOW_S = 86_400;
const MAX_CHARACTERS = 4_096;

type Item = { readonly narrow: boolean; readonly names: readonly LimitName[]; limit: RateLimit };

/** Reads the setting, undefined where it is not set. Never throws: every problem is told at once. */
export function parseRateLimits(text: string | undefined): ParsedRateLimits {
  const limits = new Map(defaultRateLimits());
  if (text === undefined) return { limits, problems: [] };
  if (text.length > MAX_CHARACTERS) return { limits, problems: ['is too long'] };
  const problems: string[] = [];
  const seen = new Set<string>();
  const items = text.split(',').flatMap((source, index): readonly Item[] => {
    const [target = ''] = source.split('=');
    const item = seen.has(target) ? 'names the same limit again' : parseItem(source);
    seen.add(target);
    if (typeof item !== 'string') return [item];
    problems.push(`item ${index + 1} ${item}`);
    return [];
  });
  for (const { names, limit } of items.toSorted((a, b) => Number(a.narrow) - Number(b.narrow))) {
    for (const name of names) limits.set(name, limit);
  }
  return { limits, problems };
}

/** One item, or what is wrong with it. */
function parseItem(source: string): Item | string {
  const [, rateClass = '', scope, count, windowS] = ITEM.exec(source) ?? [];
  if (rateClass === '') return 'must be CLASS=COUNT/SECONDS or CLASS@SCOPE=COUNT/SECONDS';
  const known = findRateClass(rateClass)?.map(([name]) => name);
  if (known === undefined) return 'names no class of work';
  const names = known.filter((name) => scope === undefined || name === `${rateClass}@${scope}`);
  if (names.length === 0) return 'names a scope that its class does not have';
  const limit = { count: Number(count), windowS: Number(windowS) };
  if (limit.count > MAX_COUNT) return `must count to ${MAX_COUNT} at most`;
  if (limit.windowS > MAX_WINDOW_S) return `must last ${MAX_WINDOW_S} seconds at most`;
  return { narrow: scope !== undefined, names, limit };
}
