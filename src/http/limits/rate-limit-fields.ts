/**
 * The fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10): lists of strings, the names of
 * the limits as the configuration spells them, with parameters.
 */
import type { Standing } from '../../limits/keyed-limiter.js';
import type { NamedLimiter } from '../../limits/limiters.js';

/** A limit that a request was held against, and how it stands. */
export type Consulted = { readonly limit: NamedLimiter; readonly standing: Standing };

const list = (items: readonly string[]): string => items.join(', ');

/** The fields of an answer, in the order in which the limits were consulted. */
export function rateLimitFields(consulted: readonly Consulted[]): Readonly<Record<string, string>> {
  return {
    'RateLimit-Policy': list(
      consulted.map(
        ({ limit: { name, limiter } }) =>
          `"${name}";q=${limiter.limit.count};w=${limiter.limit.windowS}`,
      ),
    ),
    RateLimit: list(
      consulted.map(
        ({ limit: { name }, standing }) =>
          `"${name}";r=${standing.remaining};t=${Math.ceil(standing.resetMs / 1_000)}`,
      ),
    ),
  };
}
