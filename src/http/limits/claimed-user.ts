import type { Context } from 'koa';
import { parseSessionToken } from '../../sign-in/session-token.js';
import { readSessionCookie } from '../session-cookie.js';

/** The id of the user whose session a request claims to be of. Nothing is verified: it may be anybody's. */
export function claimedUserOf(ctx: Context): string | undefined {
  const [, bearer] = /^Bearer ([^ ]+)$/i.exec(ctx.get('authorization')) ?? [];
  const token = bearer ?? findCookie(ctx.get('cookie'));
  return token === undefined ? undefined : parseSessionToken(token)?.userId;
}

/** Which of two cookies of one name is meant is for whoever opens the session to refuse. */
function findCookie(header: string): string | undefined {
  try {
    return readSessionCookie(header);
  } catch {
    return undefined;
  }
}
