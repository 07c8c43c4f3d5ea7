/** Asks a live service for its document. */

const DEADLINE_MS = 20_000;
const MAX_BYTES = 4 * 1024 * 1024;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** What could not be had, so that nothing can be judged. */
export class UncheckableError extends Error {
  override readonly name = 'UncheckableError';
}

/** The document's text over this nonce. Rejects an UncheckableError. */
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
  if (url.protocol !== 'https:' && !LOOPBACK.has(url.hostname)) {
    throw new UncheckableError('only https, or http on this machine');
  }
  const path = url.pathname.replace(/\/$/, '');
  url.pathname = path.endsWith('/attestation') ? path : `${path}/attestation`;
  url.search = `?nonce=${nonce}`;
  return url;
}

async function fetchText(url: URL): Promise<string> {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
      headers: { accept: 'application/json' },
    });
    const text = await readCapped(response);
    if (response.status !== 200) throw new UncheckableError(describeRefusal(response.status, text));
    return text;
  } catch (cause) {
    if (cause instanceof UncheckableError) throw cause;
    throw new UncheckableError(`${url.origin} did not answer`, { cause });
  }
}

async function readCapped(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    const part = chunk as Uint8Array;
    bytes += part.length;
    if (bytes > MAX_BYTES) throw new UncheckableError('the answer is larger than 4 MiB');
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function describeRefusal(status: number, text: string): string {
  const [, code] = /"code":"([A-Z_]{1,60})"/.exec(text) ?? [];
  return `the service answered ${status}${code === undefined ? '' : ` (${code})`}`;
}
