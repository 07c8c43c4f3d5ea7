import { bodyParser } from '@koa/bodyparser';
import type { Context } from 'koa';
import { ServiceError } from '../errors.js';
import { decodeUtf8 } from '../protocol/bytes.js';

const MAX_BODY_BYTES = 64 * 1024;

/**
 * Reads the body as text with one character per byte. The library would replace bytes that are not
 * UTF-8 with U+FFFD, and the service would then sign something other than what was sent.
 */
const readBytes = bodyParser({
  enableTypes: ['text'],
  extendTypes: { text: ['application/json'] },
  encoding: 'binary',
  textLimit: MAX_BODY_BYTES,
  onError: (error) => {
    const tooLarge = 'status' in error && error.status === 413;
    throw new ServiceError(tooLarge ? 'ERR_BODY_TOO_LARGE' : 'ERR_BODY_MALFORMED', {
      cause: error,
    });
  },
});

/**
 * Returns the JSON body of a request: an object or an array. An absent body counts as an empty
 * object. Rejects ERR_BODY_TYPE for another media type or a charset other than UTF-8,
 * ERR_BODY_TOO_LARGE, or ERR_BODY_MALFORMED, also for bytes that are not UTF-8. An oversized body
 * with a declared length is refused before any of it is read.
 */
export async function readJsonBody(ctx: Context): Promise<unknown> {
  const { request } = ctx;
  if (request.is('application/json') !== 'application/json' || !isUtf8(request.charset)) {
    throw new ServiceError('ERR_BODY_TYPE');
  }
  if ((request.length ?? 0) > MAX_BODY_BYTES) throw new ServiceError('ERR_BODY_TOO_LARGE');
  await readBytes(ctx, async () => undefined);
  // The member is absent if the body is empty.
  const characters = typeof request.body === 'string' ? request.body : '';
  return parseJson(Buffer.from(characters, 'latin1'));
}

/** RFC 8259 defines no charset parameter. If there is one, it must name UTF-8. */
const isUtf8 = (charset: string): boolean => /^(?:utf-?8)?$/i.test(charset);

function parseJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  if (text === '') return {};
  try {
    // Text that is not UTF-8 fails here like text that is not JSON.
    const value: unknown = JSON.parse(text ?? '', refusePrototype);
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    throw new ServiceError('ERR_BODY_MALFORMED', { cause });
  }
  throw new ServiceError('ERR_BODY_MALFORMED');
}

/** Rejects a member that would become the prototype of an object when its members are copied. */
function refusePrototype(name: string, value: unknown): unknown {
  if (name === '__proto__') throw new SyntaxError('a member is called __proto__');
  return value;
}
