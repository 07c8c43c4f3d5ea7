import type { Context } from 'koa';
import { parseSessionToken } from '../../sign-in/session-token.js';
import { readSessionCookie } from '../session-cookie.js';

/** Returns the id of the user whose session a request claims to have. The claim is not verified. */
export function claimedUserOf(ctx: Context): string | undefined {
  const [, bearer] = /^Bearer ([^ ]+)$/i.exec(ctx.get('authorization')) ?? [];
  const token = bearer ?? findCookie(ctx.get('cookie'));
  return token === undefined ? undefined : parseSessionToken(token)?.userId;
}

/**
 * Returns the session cookie, or undefined if it occurs twice; opening the session refuses such a
 * header.
 */
function findCookie(header: string): string | undefined {
  try {
    return readSessionCookie(header);
  } catch {
    return undefined;
  }
}
