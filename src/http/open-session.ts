/**
 * Opens the session of a request: a program's by `Authorization`, a browser's by cookie and only
 * for our own pages.
 */
import type { LiveSession, PresentedToken } from '../sign-in/find-session.js';
import { requireSession } from '../sign-in/find-session.js';
import { ServiceError } from '../errors.js';
import { requireOwnOrigin, requireSameOrigin } from './own-origin.js';
import type { Route } from './route.js';
import type { Services } from './services.js';
import { readSessionCookie } from './session-cookie.js';

type Asked = {
  readonly method: string;
  readonly header: (name: string) => string | undefined;
};

/**
 * Returns the token that a request presents, and checks the request's origin before anything is
 * looked up. A request with both a bearer token and a cookie counts as a program's. Throws
 * ERR_ORIGIN_REFUSED or ERR_SESSION_INVALID.
 */
export function presentedToken({ method, header }: Asked, publicOrigin: string): PresentedToken {
  const authorization = header('authorization');
  if (authorization !== undefined) {
    const [, token] = /^Bearer ([^ ]+)$/i.exec(authorization) ?? [];
    return { token, transport: 'bearer' };
  }
  const token = readSessionCookie(header('cookie'));
  if (token !== undefined) {
    if (method === 'GET' || method === 'HEAD') requireSameOrigin(header);
    else requireOwnOrigin(header, publicOrigin);
  }
  return { token, transport: 'cookie' };
}

/**
 * Opens the session of a request. Rejects ERR_SESSION_INVALID, ERR_SESSION_EXPIRED or
 * ERR_ORIGIN_REFUSED.
 */
export async function openSession(services: Services, asked: Asked): Promise<LiveSession> {
  const presented = presentedToken(asked, services.config.PUBLIC_ORIGIN);
  return requireSession(services.users, services, presented);
}

/**
 * Opens the session that a route needs, or the one that the request has where the route needs none.
 * Rejects as `openSession`, but a route with an optional session reports no session as undefined.
 */
export async function openSessionFor(
  { auth }: Pick<Route, 'auth'>,
  services: Services,
  asked: Asked,
): Promise<LiveSession | undefined> {
  if (auth === 'none') return undefined;
  try {
    return await openSession(services, asked);
  } catch (error) {
    const isOver =
      error instanceof ServiceError &&
      (error.code === 'ERR_SESSION_INVALID' || error.code === 'ERR_SESSION_EXPIRED');
    if (auth === 'optional' && isOver) return undefined;
    throw error;
  }
}
