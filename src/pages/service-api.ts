/**
 * Calls the service with a cookie that no script can read. A page and its service are from the same
 * release.
 */
import type { BodyOf, PathOf, ReplyBodyOf } from '../api/call.js';
import type { Endpoint } from '../api/endpoint.js';
import type { getCurrentSession } from '../api/current-session.js';
import type { Key } from '../api/keys.js';
import type { signOut as signOutEndpoint } from '../api/sign-in.js';
import { WIDGET_ERRORS } from '../wire/error-codes.js';
import { isFields } from '../wire/read-message.js';
import { PageError } from './page-error.js';
import { LANGUAGE } from './translate.js';

const DEADLINE_MS = 30_000;

/**
 * Calls an endpoint and returns the body of its reply. Rejects PageError with the service's code,
 * or ERR_SERVICE_UNREACHABLE.
 */
export async function callService<E extends Endpoint>(
  method: E['method'],
  path: PathOf<E>,
  ...bodies: BodyOf<E>
): Promise<ReplyBodyOf<E>> {
  const [body]: readonly unknown[] = bodies;
  const response = await send(method, path, body);
  const parsed = response.status === 204 ? undefined : await parseJson(response);
  if (!response.ok) throw problemOf(parsed);
  if (response.status !== 204 && !isFields(parsed)) throw new PageError('ERR_SERVICE_UNREACHABLE');
  return parsed as ReplyBodyOf<E>;
}

/** Fetches a reply that is a file. Rejects as above. */
export async function fetchText(path: string): Promise<string> {
  const response = await send('GET', path);
  if (!response.ok) throw problemOf(await parseJson(response));
  return response.text().catch(() => {
    throw new PageError('ERR_SERVICE_UNREACHABLE');
  });
}

const parseJson = (response: Response): Promise<unknown> =>
  response.json().catch(() => undefined) as Promise<unknown>;

/** A proxy may answer in place of the service, so a problem is parsed member by member. */
function problemOf(body: unknown): PageError {
  const { code, title, retryAfterMs } = isFields(body) ? body : {};
  return new PageError(
    typeof code === 'string' ? code : 'ERR_SERVICE_UNREACHABLE',
    typeof title === 'string' ? title : WIDGET_ERRORS.ERR_SERVICE_UNREACHABLE,
    typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
  );
}

async function send(method: string, path: string, body?: unknown): Promise<Response> {
  // The page may be older than what the browser prefers now, and its words must be in one language.
  const headers = { 'accept-language': LANGUAGE };
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
      ...(body === undefined
        ? { headers }
        : {
            body: JSON.stringify(body),
            headers: { ...headers, 'content-type': 'application/json' },
          }),
    });
  } catch {
    throw new PageError('ERR_SERVICE_UNREACHABLE');
  }
}

/** Returns the keys of the signed-in person that can sign, or undefined if no session is active. */
export async function findKeys(): Promise<readonly Key[] | undefined> {
  const { signedIn, keys } = await callService<typeof getCurrentSession>(
    'GET',
    '/api/auth/session',
  );
  return signedIn ? keys.filter(({ archivedAt }) => archivedAt === undefined) : undefined;
}

/** Ends the session. A session that has already ended is no error. */
export async function signOut(): Promise<void> {
  try {
    await callService<typeof signOutEndpoint>('POST', '/api/auth/sign-out');
  } catch (error) {
    if (!(error instanceof PageError && error.code.startsWith('ERR_SESSION_'))) throw error;
  }
}
