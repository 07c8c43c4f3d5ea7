import { bodyParser } from '@koa/bodyparser';
import type { Context } from 'koa';
import { ServiceError } from '../errors.js';

const MAX_BODY_BYTES = 64 * 1024;

const parse = bodyParser({
  enableTypes: ['json'],
  jsonLimit: MAX_BODY_BYTES,
  jsonStrict: true,
  onError: (error) => {
    const tooLarge = 'status' in error && error.status === 413;
    throw new ServiceError(tooLarge ? 'ERR_BODY_TOO_LARGE' : 'ERR_BODY_MALFORMED', {
      cause: error,
    });
  },
});

/**
 * The JSON body of a request. Rejects ERR_BODY_TYPE, ERR_BODY_TOO_LARGE or ERR_BODY_MALFORMED; an oversized body that
 * names its length is refused before a byte of it is read.
 */
export async function readJsonBody(ctx: Context): Promise<unknown> {
  if (ctx.request.is('application/json') === false || ctx.request.is('application/json') === null) {
    throw new ServiceError('ERR_BODY_TYPE');
  }
  if ((ctx.request.length ?? 0) > MAX_BODY_BYTES) throw new ServiceError('ERR_BODY_TOO_LARGE');
  await parse(ctx, async () => undefined);
  return ctx.request.body;
}
