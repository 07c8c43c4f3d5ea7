/** The service's own interface, with the cookie that no script can read. */
import { isFields } from '../wire/read-message.js';
import { PageError } from './page-error.js';

const DEADLINE_MS = 30_000;

/** The answer's body. Rejects PageError with the service's code, or ERR_SERVICE_UNREACHABLE. */
export async function callService(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
): Promise<{ readonly [name: string]: unknown }> {
  const response = await send(method, path, body);
  const answer = await fieldsOf(response);
  if (!response.ok) throw problemOf(answer);
  return answer;
}

/** An answer that is a file. Rejects as above. */
export async function fetchText(path: string): Promise<string> {
  const response = await send('GET', path);
  if (!response.ok) throw problemOf(await fieldsOf(response));
  return response.text().catch(() => {
    throw new PageError('ERR_SERVICE_UNREACHABLE');
  });
}

async function fieldsOf(response: Response): Promise<{ readonly [name: string]: unknown }> {
  const parsed: unknown = await response.json().catch(() => undefined);
  return isFields(parsed) ? parsed : {};
}

function problemOf({ code, title, retryAfterMs }: Readonly<Record<string, unknown>>): PageError {
  return new PageError(
    typeof code === 'string' ? code : 'ERR_SERVICE_UNREACHABLE',
    typeof title === 'string' ? title : 'The service can not be reached. You can try again.',
    typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
  );
}

async function send(method: string, path: string, body?: object): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  } catch {
    throw new PageError('ERR_SERVICE_UNREACHABLE');
  }
}

export type AccountKey = { readonly id: string; readonly address: string };

/** The keys of the person who is signed in that can sign; undefined where nobody is. */
export async function findKeys(): Promise<readonly AccountKey[] | undefined> {
  try {
    const { keys } = await callService('GET', '/api/keys');
    return (Array.isArray(keys) ? keys : []).flatMap((each: unknown) => {
      if (!isFields(each) || each['archivedAt'] !== undefined) return [];
      const { id, address } = each;
      return typeof id === 'string' && typeof address === 'string' ? [{ id, address }] : [];
    });
  } catch (error) {
    if (error instanceof PageError && error.code.startsWith('ERR_SESSION_')) return undefined;
    throw error;
  }
}

/** Ends the session; that it was over already is as good. */
export async function signOut(): Promise<void> {
  try {
    await callService('POST', '/api/auth/sign-out');
  } catch (error) {
    if (!(error instanceof PageError && error.code.startsWith('ERR_SESSION_'))) throw error;
  }
}
