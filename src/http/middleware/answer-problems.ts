import type { Context, Middleware } from 'koa';
import type { Problem } from '../../api/problem.js';
import { ServiceError } from '../../errors.js';
import type { Logger } from '../../runtime/logger.js';

/**
 * Turns errors into `application/problem+json` (RFC 9457). A caller receives the code and its
 * public sentence; the cause is logged. For a bug of our own, only the name of the error is logged.
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
      noteUndeclared(logger, ctx, error.code);
      if (error.status >= 500) {
        logger.error('request-failed', { requestId, code: error.code, error: thrown });
      }
      ctx.status = error.status;
      ctx.set('Cache-Control', 'no-store');
      if (error.status === 401) ctx.set('WWW-Authenticate', 'Bearer');
      const { retryAfterMs, unready } = error.detail;
      const waits = typeof retryAfterMs === 'number';
      if (waits) ctx.set('Retry-After', String(Math.ceil(retryAfterMs / 1_000)));
      const problem: Problem = {
        type: 'about:blank',
        title: error.message,
        status: error.status,
        code: error.code,
        requestId,
        ...(waits ? { retryAfterMs } : {}),
        ...(Array.isArray(unready) ? { unready } : {}),
      };
      ctx.body = JSON.stringify(problem);
      ctx.type = 'application/problem+json';
    }
  };
}

/**
 * Logs a code that the endpoint of the request does not declare, as `undeclared-code`. The caller
 * still receives it: an incomplete contract is our bug, and the tests fail on this line.
 */
function noteUndeclared(logger: Logger, { state, method }: Context, code: string): void {
  const declared: unknown = state['declaredCodes'];
  if (!(declared instanceof Set) || declared.has(code)) return;
  logger.error('undeclared-code', { method, route: String(state['route']), code });
}
