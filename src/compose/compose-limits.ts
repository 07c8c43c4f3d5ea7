/** Composes the rate limits. */
import type { Config } from '../config.js';
import { RequestLimits } from '../http/limits/request-limits.js';
import { createLimiters, type Limiters } from '../limits/limiters.js';
import { parseRateLimits } from '../limits/parse-rate-limits.js';
import type { SharedCounters } from '../limits/shared-counters.js';
import type { Metrics } from '../runtime/metrics.js';

/**
 * Creates the limits, which the replicas of a shared store count with its counters. Their windows
 * are measured with a clock that is never set.
 */
export function composeLimits(
  config: Config,
  metrics: Metrics,
  counters: SharedCounters | undefined,
): { readonly limiters: Limiters; readonly requestLimits: RequestLimits } {
  const { limits } = parseRateLimits(config.RATE_LIMITS);
  const limiters = createLimiters(
    limits,
    () => performance.now(),
    config.CLIENT_ADDRESSES,
    counters,
  );
  const requestLimits = new RequestLimits(limiters, config.TRUSTED_PROXY_HOPS, (limit) =>
    metrics.countRefusal(limit),
  );
  return { limiters, requestLimits };
}
