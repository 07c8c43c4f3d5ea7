/**
 * The cookie of a browser's session: `__Host-` (this host alone, whole path, secure), out of reach for scripts, and
 * partitioned, so that a widget in one app's page is another browser session than in another's. Written here and nowhere
 * else: Koa refuses `Secure` behind a proxy that ends TLS.
 */
import { ServiceError } from '../errors.js';

export const SESSION_COOKIE = '__Host-sealwright';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=None; Partitioned';

/** The `Set-Cookie` value that hands a token to a browser. */
export function encodeSessionCookie(token: string, expiresAtMs: number, nowMs: number): string {
  const maxAgeS = Math.max(0, Math.floor((expiresAtMs - nowMs) / 1_000));
  return `${SESSION_COOKIE}=${token}; ${ATTRIBUTES}; Max-Age=${maxAgeS}`;
}

/** The `Set-Cookie` value that takes it away. */
export const clearSessionCookie = (): string => `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/** The token of a `Cookie` header. Throws ERR_SESSION_INVALID where the name is there twice: one of the two is not ours. */
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
