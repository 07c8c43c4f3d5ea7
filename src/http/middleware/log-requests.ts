import type { Middleware } from 'koa';
import type { Logger } from '../../runtime/logger.js';
import type { Metrics } from '../../runtime/metrics.js';

/** The header of W3C Trace Context, version 00: a trace id, the id of the caller's span, flags. */
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const NO_TRACE = '0'.repeat(32);

/** Returns the trace that a request belongs to, or undefined if it names none. */
export function traceIdOf(traceparent: string): string | undefined {
  const [, traceId] = TRACEPARENT.exec(traceparent) ?? [];
  return traceId === NO_TRACE ? undefined : traceId;
}

/**
 * Gives each request an id and one log line. The line contains the route's pattern and not its
 * path, which contains ids. Durations do not depend on the clock, which may be set meanwhile.
 */
export function logRequests(logger: Logger, metrics: Metrics, createId: () => string): Middleware {
  return async (ctx, next) => {
    const receivedAtMs = performance.now();
    const requestId = createId();
    ctx.state['receivedAtMs'] = receivedAtMs;
    ctx.state['requestId'] = requestId;
    ctx.set('X-Request-Id', requestId);
    await next();
    const durationMs = performance.now() - receivedAtMs;
    const matched: unknown = ctx.state['route'];
    const { method, status } = ctx;
    // A method counts as a label only after a route matched it.
    const route = typeof matched === 'string' ? `${method} ${matched}` : 'none';
    metrics.observeRequest({ route, status, seconds: durationMs / 1_000 });
    const traceId = traceIdOf(ctx.get('traceparent'));
    logger.info('request', {
      requestId,
      ...(traceId === undefined ? {} : { traceId }),
      method,
      route: typeof matched === 'string' ? matched : 'none',
      status,
      durationMs: Math.round(durationMs),
    });
  };
}
