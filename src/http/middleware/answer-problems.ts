import type { Middleware } from 'koa';
import { ServiceError } from '../../errors.js';
import type { Logger } from '../../runtime/logger.js';

/**
 * Turns whatever was thrown into `application/problem+json` (RFC 9457). A caller sees the code and its public sentence;
 * the cause goes to the log, and for a bug of our own nothing but its name does.
 */
export function answerProblems(logger: Logger): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (thrown) {
      const error =
        thrown instanceof ServiceError
          ? thrown
          : new ServiceError('ERR_INTERNAL', { cause: thrown });
      const requestId = String(ctx.state['requestId']);
      if (error.status >= 500) {
        logger.error('request-failed', { requestId, code: error.code, error: thrown });
      }
      ctx.status = error.status;
      ctx.set('Cache-Control', 'no-store');
      if (error.status === 401) ctx.set('WWW-Authenticate', 'Bearer');
      const { retryAfterMs } = error.detail;
      const waits = typeof retryAfterMs === 'number';
      if (waits) ctx.set('Retry-After', String(Math.ceil(retryAfterMs / 1_000)));
      ctx.body = JSON.stringify({
        type: 'about:blank',
        title: error.message,
        status: error.status,
        code: error.code,
        requestId,
        ...(waits ? { retryAfterMs } : {}),
      });
      ctx.type = 'application/problem+json';
    }
  };
}
