import type { Config } from '../config.js';
import { type ServerLimits, serverLimitsFor } from '../http/listen.js';

/** Returns the limits of the public listener. */
export function limitsOf(config: Config): ServerLimits {
  const isProxied = config.CLIENT_ADDRESSES === 'shared' || config.TRUSTED_PROXY_HOPS > 0;
  const limits = serverLimitsFor(isProxied ? 'of-proxies' : 'of-clients');
  if (config.PROXY_PROTOCOL !== 'v2') return limits;
  return { ...limits, proxyHeaders: { deadlineMs: limits.headersTimeoutMs } };
}
