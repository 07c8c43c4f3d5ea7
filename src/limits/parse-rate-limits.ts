/**
 * Parses the setting `RATE_LIMITS`: items separated by commas, without spaces.
 * `CLASS=COUNT/SECONDS` sets every scope of a class, and `CLASS@SCOPE=COUNT/SECONDS` sets one of
 * them. The narrower item takes precedence regardless of order. Limits that are not named keep the
 * numbers of rate-classes.ts.
 */
import {
  defaultRateLimits,
  findRateClass,
  type LimitName,
  type RateLimit,
  type RateLimits,
} from './rate-classes.js';

/** The parsed limits, or the problems of the setting. */
export type ParsedRateLimits = {
  readonly limits: RateLimits;
  /** One text for each problem, with the number of the item but never its text. */
  readonly problems: readonly string[];
};

const ITEM = /^([a-z-]+)(?:@([a-z]+))?=([1-9][0-9]{0,6})\/([1-9][0-9]{0,4})$/;
const MAX_COUNT = 1_000_000;
const MAX_WINDOW_S = 86_400;
const MAX_CHARACTERS = 4_096;

type Item = { readonly narrow: boolean; readonly names: readonly LimitName[]; limit: RateLimit };

/**
 * Parses the setting, or returns the defaults if it is undefined. Never throws: all problems are
 * reported at once.
 */
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

/** Parses one item, or returns a description of its problem. */
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
