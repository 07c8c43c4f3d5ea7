/** Sends a request with limits on time and size, and without following redirects. */
import { isLoopback } from '../loopback.js';

/** A reply within the limits. */
export type CappedAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
};

/** The limits of a reply, and what to send: with `json`, the request is a POST. */
export type FetchLimits = {
  readonly deadlineMs: number;
  readonly maxBytes: number;
  readonly json?: object | undefined;
};

/** The reply is larger than the limit. */
export class ReplyTooLargeError extends TypeError {
  override readonly name = 'ReplyTooLargeError';
}

/** Returns whether the URL is https, or http on this machine. */
export function isSafeUrl(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/**
 * Fetches a URL. Rejects TypeError for an unsafe URL or a redirect, a ReplyTooLargeError for more
 * than `maxBytes`, and the error of the deadline if no reply arrives in time.
 */
export async function fetchCapped(
  url: URL,
  { deadlineMs, maxBytes, json }: FetchLimits,
): Promise<CappedAnswer> {
  if (!isSafeUrl(url)) throw new TypeError('only https, or http on this machine');
  const response = await fetch(url, {
    ...(json === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(json),
        }),
    redirect: 'error',
    signal: AbortSignal.timeout(deadlineMs),
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    const part = chunk as Uint8Array;
    bytes += part.length;
    if (bytes > maxBytes) throw new ReplyTooLargeError('the reply is too large');
    chunks.push(part);
  }
  return {
    status: response.status,
    headers: response.headers,
    body: new Uint8Array(Buffer.concat(chunks)),
  };
}
