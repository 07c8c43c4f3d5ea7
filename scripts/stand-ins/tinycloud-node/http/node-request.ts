import type { IncomingHttpHeaders } from 'node:http';
import { Refusal, undecodable } from '../refusal.js';
import { JsonSyntaxError, parseJsonTree, type Json } from '../formats/json-tree.js';
import type { Flight } from './flights.js';

/** A request with its body, as routes receive it. */
export type NodeRequest = {
  readonly method: string;
  /** Path segments, percent-decoded. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  readonly remoteAddress: string;
  readonly flight: Flight;
};

const MAX_JSON_BYTES = 1024 * 1024;

export function headerOf(request: NodeRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Returns the value of `Authorization`. Without it, the node returns its 401 page. */
export function requireAuthorization(request: NodeRequest): string {
  const value = headerOf(request, 'authorization');
  if (value === undefined) throw undecodable();
  return value.trim();
}

/** Requires the content type JSON, without which a JSON route does not match. */
export function requireJsonType(request: NodeRequest): void {
  const type = headerOf(request, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new Refusal(404);
}

/**
 * Parses the body of a JSON route. A body that is too large or malformed is answered with a page
 * and no reason, in this order.
 */
export function readJsonBody(request: NodeRequest): Json {
  if (request.body.length > MAX_JSON_BYTES) throw new Refusal(413);
  try {
    return parseJsonTree(new TextDecoder('utf-8', { fatal: true }).decode(request.body));
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof TypeError) throw new Refusal(400);
    throw error;
  }
}
