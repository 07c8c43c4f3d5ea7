/**
 * Implements the transport to a TinyCloud node with undici: one pool for one origin. Every reply is
 * untrusted and bounded.
 */
import { errors, Pool, type Dispatcher } from 'undici';
import { ServiceError } from '../errors.js';
import { readBounded } from './read-bounded.js';
import type { NodeReply, NodeRequest, NodeTransport } from '../bootstrap/node-transport.js';

const MAX_REPLY_BYTES = 64 * 1024;
const MAX_RETRY_AFTER_MS = 60_000;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** The options of the adapter. */
export type NodeTransportOptions = {
  readonly origin: string;
  /** The maximum number of connections (default 32). */
  readonly connections?: number;
};

/** Creates the transport to one node. */
export function createUndiciNodeTransport(options: NodeTransportOptions): NodeTransport {
  const pool = new Pool(options.origin, {
    connections: options.connections ?? 32,
    pipelining: 1,
    connect: { timeout: 4_000 },
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
    keepAliveTimeout: 4_000,
    maxHeaderSize: 16 * 1024,
  });
  return {
    send: (request) => send(pool, request),
    close: () => pool.destroy(),
  };
}

async function send(pool: Pool, request: NodeRequest): Promise<NodeReply> {
  const deadline = AbortSignal.timeout(request.deadlineMs);
  const given = request.signal;
  const signal = given === undefined ? deadline : AbortSignal.any([given, deadline]);
  try {
    const reply = await pool.request({
      method: request.method,
      path: request.path,
      headers: { accept: 'application/json, text/plain, */*', ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      signal,
    });
    return await read(reply);
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    if (given?.aborted === true) throw new ServiceError('ERR_NODE_ABORTED', { cause });
    throw new ServiceError(
      deadline.aborted || isTimeout(cause) ? 'ERR_NODE_TIMEOUT' : 'ERR_NODE_UNAVAILABLE',
      {
        cause,
      },
    );
  }
}

const isTimeout = (error: unknown): boolean =>
  error instanceof errors.ConnectTimeoutError ||
  error instanceof errors.HeadersTimeoutError ||
  error instanceof errors.BodyTimeoutError;

async function read({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<NodeReply> {
  // A destroyed body emits an error, which must not be unhandled.
  body.on('error', () => undefined);
  if (statusCode >= 300 && statusCode < 400) {
    body.destroy();
    throw new ServiceError('ERR_NODE_REDIRECT', { detail: { status: statusCode } });
  }
  const whole = await readBounded(body as AsyncIterable<Buffer>, MAX_REPLY_BYTES);
  if (whole === undefined) {
    throw new ServiceError('ERR_NODE_REPLY_TOO_LARGE', { detail: { status: statusCode } });
  }
  return {
    status: statusCode,
    contentType: single(headers['content-type']),
    retryAfterMs: parseRetryAfter(single(headers['retry-after'])),
    dateMs: parseDate(single(headers['date'])),
    body: whole,
  };
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

/** Parses the form of a date that HTTP requires (RFC 9110, section 5.6.7). */
function parseDate(text: string | undefined): number | undefined {
  if (text === undefined || !HTTP_DATE.test(text)) return undefined;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? undefined : dateMs;
}

/** Parses a number of seconds. Dates are ignored because they depend on the node's clock. */
function parseRetryAfter(text: string | undefined): number | undefined {
  if (text === undefined || !/^[0-9]{1,9}$/.test(text)) return undefined;
  return Math.min(Number(text) * 1_000, MAX_RETRY_AFTER_MS);
}
