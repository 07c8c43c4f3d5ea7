/** From a request to its session: a program's by `Authorization`, a browser's by cookie and only from our own pages. */
import type { LiveSession, PresentedToken } from '../sign-in/find-session.js';
import { requireSession } from '../sign-in/find-session.js';
import { requireOwnOrigin, requireSameOrigin } from './own-origin.js';
import type { Services } from './services.js';
import { readSessionCookie } from './session-cookie.js';

type Asked = {
  readonly method: string;
  readonly header: (name: string) => string | undefined;
};

/**
 * The token that a request presents. Where it comes from is judged here, before anything is looked up. A request with both
 * is a program's. Throws ERR_ORIGIN_REFUSED or ERR_SESSION_INVALID.
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

/** Rejects ERR_SESSION_INVALID, ERR_SESSION_EXPIRED or ERR_ORIGIN_REFUSED. */
export async function openSession(services: Services, asked: Asked): Promise<LiveSession> {
  const presented = presentedToken(asked, services.config.PUBLIC_ORIGIN);
  return requireSession(services.users, services, presented);
}
