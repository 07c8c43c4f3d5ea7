/** Composes the rate limits. */
import type { Config } from '../config.js';
import { RequestLimits } from '../http/limits/request-limits.js';
import { createLimiters, type Limiters } from '../limits/limiters.js';
import { parseRateLimits } from '../limits/parse-rate-limits.js';
import type { Metrics } from '../runtime/metrics.js';

/**
 * Creates the limits. They always use the system clock because the library that counts can use no
 * other.
 */
export function composeLimits(
  config: Config,
  metrics: Metrics,
): { readonly limiters: Limiters; readonly requestLimits: RequestLimits } {
  const { limits } = parseRateLimits(config.RATE_LIMITS);
  const limiters = createLimiters(limits, Date.now, config.CLIENT_ADDRESSES);
  const requestLimits = new RequestLimits(limiters, config.TRUSTED_PROXY_HOPS, (limit) =>
    metrics.countRefusal(limit),
  );
  return { limiters, requestLimits };
}
