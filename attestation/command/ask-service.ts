/** Requests the document of a live service. */
import { fetchCapped, isSafeUrl } from '../collect/fetch-capped.js';

const DEADLINE_MS = 20_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** Something needed for the verification could not be obtained. */
export class UncheckableError extends Error {
  override readonly name = 'UncheckableError';
}

/** Returns the text of the document for this nonce. Rejects an UncheckableError. */
export async function askService(serviceUrl: string, nonce: string): Promise<string> {
  const url = documentUrl(serviceUrl, nonce);
  return fetchText(url);
}

function documentUrl(serviceUrl: string, nonce: string): URL {
  let url: URL;
  try {
    url = new URL(serviceUrl);
  } catch (cause) {
    throw new UncheckableError('not a URL', { cause });
  }
  if (!isSafeUrl(url)) throw new UncheckableError('only https, or http on this machine');
  const path = url.pathname.replace(/\/$/, '');
  url.pathname = path.endsWith('/attestation') ? path : `${path}/attestation`;
  url.search = `?nonce=${nonce}`;
  return url;
}

async function fetchText(url: URL): Promise<string> {
  try {
    const answer = await fetchCapped(url, { deadlineMs: DEADLINE_MS, maxBytes: MAX_BYTES });
    const text = Buffer.from(answer.body).toString('utf8');
    if (answer.status !== 200) throw new UncheckableError(describeRefusal(answer.status, text));
    return text;
  } catch (cause) {
    if (cause instanceof UncheckableError) throw cause;
    const why = cause instanceof TypeError && cause.cause === undefined ? `: ${cause.message}` : '';
    throw new UncheckableError(`${url.origin} gave no answer${why}`, { cause });
  }
}

function describeRefusal(status: number, text: string): string {
  const [, code] = /"code":"([A-Z_]{1,60})"/.exec(text) ?? [];
  return `the service answered ${status}${code === undefined ? '' : ` (${code})`}`;
}
