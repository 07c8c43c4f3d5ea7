/** One GET whose answer is bounded in time and size, and follows no redirect. */
import { isLoopback } from '../loopback.js';

export type CappedAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
};

/** Only https, or http on this machine. */
export function isSafeUrl(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** Rejects a TypeError for an address that is not safe, for silence, for a redirect and for more than `maxBytes`. */
export async function fetchCapped(
  url: URL,
  { deadlineMs, maxBytes }: { readonly deadlineMs: number; readonly maxBytes: number },
): Promise<CappedAnswer> {
  if (!isSafeUrl(url)) throw new TypeError('only https, or http on this machine');
  const response = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(deadlineMs),
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    const part = chunk as Uint8Array;
    bytes += part.length;
    if (bytes > maxBytes) throw new TypeError('the answer is too large');
    chunks.push(part);
  }
  return {
    status: response.status,
    headers: response.headers,
    body: new Uint8Array(Buffer.concat(chunks)),
  };
}
