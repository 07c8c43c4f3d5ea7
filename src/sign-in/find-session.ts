import { ServiceError } from '../errors.js';
import type { UserDocument, UserSession } from '../accounts/user-document.js';
import type { Users } from '../accounts/users.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import { parseSessionToken } from './session-token.js';

export type LiveSession = { readonly user: UserDocument; readonly session: UserSession };

/**
 * The live session of a token. Rejects ERR_SESSION_INVALID for every other token alike: malformed, unknown user, unknown
 * session, wrong secret; and ERR_SESSION_EXPIRED to the holder of the right secret only.
 */
export async function requireSession(
  users: Users,
  keys: ServiceKeys,
  token: string | undefined,
  nowMs: number,
): Promise<LiveSession> {
  const claimed = parseSessionToken(token ?? '');
  if (claimed === undefined || token === undefined) throw new ServiceError('ERR_SESSION_INVALID');
  const user = await users.find(claimed.userId);
  const session = user?.sessions.find(({ id }) => id === claimed.sessionId);
  const genuine = keys.isSessionHash(token, session?.hash ?? '');
  if (user === undefined || session === undefined || !genuine) {
    throw new ServiceError('ERR_SESSION_INVALID');
  }
  if (session.expiresAtMs <= nowMs) throw new ServiceError('ERR_SESSION_EXPIRED');
  return { user, session };
}
