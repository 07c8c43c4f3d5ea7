/** Requests the document of a live service. */
import type { SeenChannel } from '../channel/sight.js';
import { fetchCapped, isSafeUrl } from '../collect/fetch-capped.js';
import { fetchOverTls } from '../collect/fetch-over-tls.js';
import { BINDING_NAME } from '../schema/channel.js';
import { isUnknownAuthority, withReason } from '../failure-reason.js';

const DEADLINE_MS = 20_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** Something needed for the verification could not be obtained. */
export class UncheckableError extends Error {
  override readonly name = 'UncheckableError';
}

/** A document, and the connection over which it came if it was TLS. */
export type ServiceAnswer = { readonly text: string; readonly channel: SeenChannel | undefined };

/** How to ask: whether the document shall be bound to the connection, and a private authority. */
export type AskOptions = { readonly bind?: boolean; readonly authority?: string | undefined };

/** Returns the text of the document for this nonce. Rejects an UncheckableError. */
export async function askService(
  serviceUrl: string,
  nonce: string,
  options: AskOptions = {},
): Promise<string> {
  return (await askOverChannel(serviceUrl, nonce, options)).text;
}

/** Returns the document for this nonce and its connection. Rejects an UncheckableError. */
export async function askOverChannel(
  serviceUrl: string,
  nonce: string,
  { bind = false, authority }: AskOptions,
): Promise<ServiceAnswer> {
  const url = documentUrl(serviceUrl, nonce, bind);
  const limits = { deadlineMs: DEADLINE_MS, maxBytes: MAX_BYTES, authority };
  try {
    const answer = await fetchFrom(url, limits);
    const text = Buffer.from(answer.body).toString('utf8');
    if (answer.status !== 200) throw new UncheckableError(describeRefusal(answer.status, text));
    return { text, channel: answer.channel };
  } catch (cause) {
    if (cause instanceof UncheckableError) throw cause;
    const failure = withReason(`${url.origin} gave no answer`, cause);
    const advice = isUnknownAuthority(cause) ? '; --tls-ca names another one' : '';
    throw new UncheckableError(`${failure}${advice}`, { cause });
  }
}

type Answer = { readonly status: number; readonly body: Uint8Array };

/**
 * Sends a GET request over TLS of its own, or without TLS to this machine. Rejects what the client
 * rejects.
 */
export async function fetchFrom(
  url: URL,
  limits: Parameters<typeof fetchOverTls>[1],
): Promise<Answer & { readonly channel?: SeenChannel }> {
  return url.protocol === 'https:' ? fetchOverTls(url, limits) : fetchCapped(url, limits);
}

function documentUrl(serviceUrl: string, nonce: string, bind: boolean): URL {
  let url: URL;
  try {
    url = new URL(serviceUrl);
  } catch (cause) {
    throw new UncheckableError('not a URL', { cause });
  }
  if (!isSafeUrl(url)) throw new UncheckableError('only https, or http on this machine');
  const path = url.pathname.replace(/\/$/, '');
  url.pathname = path.endsWith('/attestation') ? path : `${path}/attestation`;
  const isBound = bind && url.protocol === 'https:';
  url.search = `?nonce=${nonce}${isBound ? `&channel=${BINDING_NAME}` : ''}`;
  return url;
}

function describeRefusal(status: number, text: string): string {
  const [, code] = /"code":"([A-Z_]{1,60})"/.exec(text) ?? [];
  return `the service answered ${status}${code === undefined ? '' : ` (${code})`}`;
}
