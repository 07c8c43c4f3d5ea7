import type { Context } from 'koa';
import { type Endpoint, SUCCESS_STATUSES } from '../api/endpoint.js';
import { requireReply, requireShared } from './require-reply.js';
import { acceptsGzip } from './accepts-gzip.js';
import type { RouteReply } from './route.js';
import type { Members, SharedJson } from '../runtime/shared-json.js';

type DocumentReply = Exclude<RouteReply, { readonly stream: unknown }>;

/**
 * Sends a reply as its endpoint declares it. Throws TypeError for a status or a body that it does
 * not declare.
 */
export function sendReply(ctx: Context, endpoint: Endpoint | undefined, reply: RouteReply): void {
  ctx.status = reply.status;
  ctx.set('Cache-Control', 'no-store');
  ctx.set('X-Content-Type-Options', 'nosniff');
  if ('stream' in reply) {
    if (endpoint?.stream === undefined) throw new TypeError('a stream that is not declared');
    ctx.type = endpoint.stream.mediaType;
    ctx.set('X-Accel-Buffering', 'no');
    ctx.body = reply.stream;
    return;
  }
  // Before the headers: a cookie of a reply that is refused does not leave either.
  const body = endpoint === undefined ? reply.body : declaredBody(endpoint, reply);
  for (const [name, value] of Object.entries(reply.headers ?? {})) ctx.set(name, value);
  if ('shared' in reply) sendShared(ctx, reply.shared, reply.own);
  else if (body !== undefined) ctx.body = body;
}

/**
 * Sends a body of which other replies share the most, without a copy of what they share. Koa would
 * send a single buffer.
 */
function sendShared(ctx: Context, shared: SharedJson, own: Members): void {
  const isPacked = acceptsGzip(ctx.get('accept-encoding'));
  ctx.type = 'application/json';
  ctx.vary('Accept-Encoding');
  if (isPacked) ctx.set('Content-Encoding', 'gzip');
  const chunks = isPacked ? shared.encodeGzip(own) : shared.encode(own);
  ctx.length = chunks.reduce((bytes, chunk) => bytes + chunk.length, 0);
  ctx.respond = false;
  const { res } = ctx;
  res.cork();
  for (const chunk of chunks) res.write(chunk);
  res.end();
  res.uncork();
}

/** Returns the body of a reply that is declared, or undefined if the reply has none of its own. */
function declaredBody({ id, replies }: Endpoint, reply: DocumentReply): unknown {
  const { status, body } = reply;
  const isShared = 'shared' in reply;
  const declared = SUCCESS_STATUSES.find((each) => each === status);
  const schema = declared === undefined ? undefined : replies[declared];
  if (schema === undefined) throw new TypeError(`${id} does not declare status ${status}`);
  if (schema === null) {
    if (isShared || body !== undefined) throw new TypeError(`${id} declares no body`);
    return undefined;
  }
  if (!isShared) return requireReply(schema, body);
  requireShared(schema, reply.own, reply.shared);
  return undefined;
}
