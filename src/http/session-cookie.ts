/**
 * The cookie of a browser's session: `__Host-` (this host only, whole path, secure), unreadable for
 * scripts, and partitioned, so that a widget in one app's page has a different browser session than
 * in another app's. Only this file writes it, because Koa refuses `Secure` behind a proxy that
 * terminates TLS.
 */
import { ServiceError } from '../errors.js';

/** The name of the cookie. */
export const SESSION_COOKIE = '__Host-sealwright';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=None; Partitioned';

/** Returns the `Set-Cookie` value that gives a token to a browser. */
export function encodeSessionCookie(token: string, expiresAtMs: number, nowMs: number): string {
  const maxAgeS = Math.max(0, Math.floor((expiresAtMs - nowMs) / 1_000));
  return `${SESSION_COOKIE}=${token}; ${ATTRIBUTES}; Max-Age=${maxAgeS}`;
}

/** Returns the `Set-Cookie` value that removes the cookie. */
export const clearSessionCookie = (): string => `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/**
 * Returns the token of a `Cookie` header. Throws ERR_SESSION_INVALID if the name occurs twice,
 * because one of the two cookies is not ours.
 */
export function readSessionCookie(header: string | undefined): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const cut = pair.indexOf('=');
    return cut >= 0 && pair.slice(0, cut).trim() === SESSION_COOKIE
      ? [pair.slice(cut + 1).trim()]
      : [];
  });
  if (values.length > 1) throw new ServiceError('ERR_SESSION_INVALID');
  return values[0];
}
