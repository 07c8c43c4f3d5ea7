/** The part of the composition root that puts limits together. */
import type { Config } from '../config.js';
import { RequestLimits } from '../http/limits/request-limits.js';
import { createLimiters, type Limiters } from '../limits/limiters.js';
import { parseRateLimits } from '../limits/parse-rate-limits.js';
import type { Metrics } from '../runtime/metrics.js';

/** On the system's clock whatever the service's is: the library that counts knows no other. */
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
