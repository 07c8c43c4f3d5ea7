import type { Middleware } from 'koa';
import type { Logger } from '../../runtime/logger.js';
import type { Metrics } from '../../runtime/metrics.js';

/**
 * Gives each request an id and one log line. The line contains the route's pattern and not its
 * path, which contains ids.
 */
export function logRequests(
  logger: Logger,
  metrics: Metrics,
  clock: () => number,
  createId: () => string,
): Middleware {
  return async (ctx, next) => {
    const startedAtMs = clock();
    const requestId = createId();
    ctx.state['requestId'] = requestId;
    ctx.set('X-Request-Id', requestId);
    await next();
    metrics.countRequest(ctx.status);
    logger.info('request', {
      requestId,
      method: ctx.method,
      route: String(ctx.state['route'] ?? 'none'),
      status: ctx.status,
      durationMs: clock() - startedAtMs,
    });
  };
}
