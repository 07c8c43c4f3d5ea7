import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Context } from 'koa';
import getRawBody from 'raw-body';
import { ServiceError } from '../errors.js';
import { decodeUtf8 } from '../protocol/bytes.js';

const MAX_BODY_BYTES = 64 * 1024;

type Decode = (
  bytes: Uint8Array,
  options: { readonly maxOutputLength: number },
) => Promise<Uint8Array>;

/** The content codings of a body, as they are called in `Content-Encoding` (RFC 9110, 8.4.1). */
const DECODERS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['', async (bytes) => bytes],
  ['identity', async (bytes) => bytes],
  ['gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/**
 * Returns the JSON body of a request: an object or an array. An absent body counts as an empty
 * object. Rejects ERR_BODY_TYPE for another media type, a charset other than UTF-8 or an unknown
 * content coding, ERR_BODY_TOO_LARGE, or ERR_BODY_MALFORMED, also for bytes that are not UTF-8. An
 * oversized body with a declared length is refused before any of it is read.
 */
export async function readJsonBody(ctx: Context): Promise<unknown> {
  const { request } = ctx;
  const decode = DECODERS.get(ctx.get('content-encoding').toLowerCase());
  if (request.is('application/json') !== 'application/json' || !isUtf8(request.charset)) {
    throw new ServiceError('ERR_BODY_TYPE');
  }
  if (decode === undefined) throw new ServiceError('ERR_BODY_TYPE');
  if ((request.length ?? 0) > MAX_BODY_BYTES) throw new ServiceError('ERR_BODY_TOO_LARGE');
  return parseJson(await readBytes(ctx, decode));
}

/** RFC 8259 defines no charset parameter. If there is one, it must name UTF-8. */
const isUtf8 = (charset: string): boolean => /^(?:utf-?8)?$/i.test(charset);

/** Reads a body that has at most MAX_BODY_BYTES, both as sent and decoded. */
async function readBytes({ req, request }: Context, decode: Decode): Promise<Uint8Array> {
  try {
    const sent = await getRawBody(req, { limit: MAX_BODY_BYTES, length: request.length ?? null });
    return await decode(sent, { maxOutputLength: MAX_BODY_BYTES });
  } catch (cause) {
    throw new ServiceError(isTooLarge(cause) ? 'ERR_BODY_TOO_LARGE' : 'ERR_BODY_MALFORMED', {
      cause,
    });
  }
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error &&
  (('status' in error && error.status === 413) ||
    ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'));

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
