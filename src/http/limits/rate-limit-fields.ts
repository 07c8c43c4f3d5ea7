/**
 * Encodes the fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10):
 * lists of strings with parameters, where each string is the name of a limit in the configuration.
 */
import type { Standing } from '../../limits/keyed-limiter.js';
import type { NamedLimiter } from '../../limits/limiters.js';

/** A limit that was applied to a request, and its state. */
export type Consulted = { readonly limit: NamedLimiter; readonly standing: Standing };

const list = (items: readonly string[]): string => items.join(', ');

/** Returns the fields of a response, in the order in which the limits were applied. */
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
