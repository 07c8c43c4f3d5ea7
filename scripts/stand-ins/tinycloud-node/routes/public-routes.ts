import { isPublicSpace, parseSpaceId, type SpaceId } from '../formats/space-id.js';
import { bytesAnswer, emptyAnswer, jsonAnswer } from '../http/answer.js';
import { headerOf, type NodeRequest } from '../http/node-request.js';
import { etagOf } from '../kv/etag.js';
import type { NodeContext, Route } from '../node-context.js';
import { Refusal } from '../refusal.js';

const CACHE = { 'cache-control': 'public, max-age=60' };
const SHOWN_HEADERS = ['content-type', 'content-encoding', 'content-language'];

/** `GET /public/<space>/kv?prefix=`: returns the keys of a public space. */
export const publicListRoute: Route = (context, request) => {
  const space = requirePublicSpace(context, request);
  const keys = context.store.kv.list(space.id, request.query.get('prefix') ?? '');
  return jsonAnswer(keys, 200, CACHE);
};

/**
 * `GET /public/<space>/kv/<key…>`: returns a value of a public space, with the headers that a
 * browser needs.
 */
export const publicReadRoute: Route = (context, request) => {
  const key = request.segments
    .slice(3)
    .flatMap((segment) => segment.split('/'))
    .filter((segment) => segment !== '')
    .join('/');
  if (key === '') return publicListRoute(context, request);
  const space = requirePublicSpace(context, request);
  const value = context.store.kv.find(space.id, key);
  if (value === undefined) throw new Refusal(404, 'Key not found');
  const etag = etagOf(value.hash);
  if (headerOf(request, 'if-none-match') === etag) return emptyAnswer(304, { etag, ...CACHE });
  const shown = SHOWN_HEADERS.flatMap((name) => {
    const header = value.headers[name];
    return header === undefined ? [] : [[name, header] as const];
  });
  const headers = { ...Object.fromEntries(shown), etag, ...CACHE };
  return request.method === 'HEAD'
    ? emptyAnswer(200, { ...headers, 'content-length': '0' })
    : bytesAnswer(200, headers, value.body);
};

/** The rate limit applies before the id is parsed. */
function requirePublicSpace({ rateLimit, clock }: NodeContext, request: NodeRequest): SpaceId {
  const address = headerOf(request, 'x-real-ip') ?? request.remoteAddress;
  if (!rateLimit.take(address, clock())) throw new Refusal(429, 'Rate limit exceeded');
  const space = parseSpaceId(request.segments[1] ?? '');
  if (space === undefined) throw new Refusal(400, 'Invalid space ID');
  if (!isPublicSpace(space)) throw new Refusal(403, 'Not a public space');
  return space;
}
