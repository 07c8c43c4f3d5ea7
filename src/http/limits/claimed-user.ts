import type { Context } from 'koa';
import { parseSessionToken } from '../../sign-in/session-token.js';

const SESSION_COOKIE = '__Host-sealwright';

/** The id of the user whose session a request claims to be of. Nothing is verified: it may be anybody's. */
export function claimedUserOf(ctx: Context): string | undefined {
  const [, bearer] = /^Bearer ([^ ]+)$/i.exec(ctx.get('authorization')) ?? [];
  const token = bearer ?? ctx.cookies.get(SESSION_COOKIE);
  return token === undefined ? undefined : parseSessionToken(token)?.userId;
}
