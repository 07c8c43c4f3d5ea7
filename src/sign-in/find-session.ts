/**
 * From a token to the live session that it is of, with what is due: noting that it was used, replacing an old token.
 *
 * A browser's token is replaced every hour. The token before it holds until a minute after the new one was first seen, since
 * an answer may get lost; if it comes back later, two parties hold the session, and it ends for both.
 */
import { withAudit } from '../accounts/audit-trail.js';
import { requireUser, type UserDocument, type UserSession } from '../accounts/user-document.js';
import { AuthorizedChange } from '../accounts/authorized-change.js';
import type { Users } from '../accounts/users.js';
import { ServiceError } from '../errors.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import type { SessionContext } from './begin-session.js';
import {
  isExpired,
  PREVIOUS_GRACE_MS,
  ROTATE_AFTER_MS,
  SEEN_EVERY_MS,
  type Transport,
  withoutSession,
} from '../accounts/session-rules.js';
import { parseSessionToken, renewSessionToken } from './session-token.js';

export type LiveSession = {
  readonly user: UserDocument;
  readonly session: UserSession;
  /** A token that takes the place of the presented one. */
  readonly renewedToken?: string;
};

export type PresentedToken = { readonly token: string | undefined; readonly transport: Transport };

/**
 * Rejects ERR_SESSION_INVALID for every other token alike: malformed, unknown user, unknown session, wrong secret, of the
 * other transport; and ERR_SESSION_EXPIRED to the holder of the right secret only.
 */
export async function requireSession(
  users: Users,
  context: SessionContext,
  { token, transport }: PresentedToken,
): Promise<LiveSession> {
  const claimed = parseSessionToken(token ?? '');
  if (claimed === undefined || token === undefined) throw new ServiceError('ERR_SESSION_INVALID');
  const nowMs = context.clock();
  const user = await users.find(claimed.userId);
  const session = user?.sessions.find(({ id }) => id === claimed.sessionId);
  const holds = matchToken(context.keys, session, token);
  if (user === undefined || session === undefined || session.transport !== transport) {
    throw new ServiceError('ERR_SESSION_INVALID');
  }
  if (holds === 'no') throw new ServiceError('ERR_SESSION_INVALID');
  if (holds === 'previous' && isOver(session, nowMs)) {
    await endReused(users, user.userId, session.id);
    throw new ServiceError('ERR_SESSION_INVALID');
  }
  if (isExpired(session, nowMs)) throw new ServiceError('ERR_SESSION_EXPIRED');
  return keepAlive(users, context, { user, session }, holds === 'current');
}

type Match = 'current' | 'previous' | 'no';

function matchToken(keys: ServiceKeys, session: UserSession | undefined, token: string): Match {
  // Both are compared always: the time says nothing of which one it was.
  const current = keys.isSessionHash(token, session?.hash ?? '');
  const previous = keys.isSessionHash(token, session?.previous?.hash ?? '');
  if (current) return 'current';
  return previous ? 'previous' : 'no';
}

const isOver = ({ previous }: UserSession, nowMs: number): boolean =>
  typeof previous?.untilMs === 'number' && previous.untilMs <= nowMs;

async function endReused(users: Users, userId: string, sessionId: string): Promise<void> {
  const end = AuthorizedChange.byService('session-upkeep', userId, (document, nowMs) => {
    const user = requireUser(document);
    const left = withoutSession(user, sessionId);
    return left === undefined ? user : withAudit(left, nowMs, 'session-reused', { sessionId });
  });
  await users.update(end);
}

async function keepAlive(
  users: Users,
  { keys, clock, randomBytes }: SessionContext,
  live: LiveSession,
  isCurrent: boolean,
): Promise<LiveSession> {
  const nowMs = clock();
  const { session, user } = live;
  const rotates =
    isCurrent && session.transport === 'cookie' && nowMs - session.rotatedAtMs >= ROTATE_AFTER_MS;
  const arrives = isCurrent && session.previous?.untilMs === null;
  const isSeen = nowMs - session.lastSeenAtMs < SEEN_EVERY_MS;
  if (isSeen && !rotates && !arrives) return live;
  const { token } = renewSessionToken(user.userId, session.id, randomBytes(32));
  const renewed: UserSession = {
    ...session,
    lastSeenAtMs: nowMs,
    ...(arrives ? arrived(session, nowMs) : {}),
    ...(rotates
      ? {
          hash: keys.sessionHash(token),
          rotatedAtMs: nowMs,
          previous: { hash: session.hash, untilMs: null },
        }
      : {}),
  };
  const after = await users.update(
    AuthorizedChange.byService('session-upkeep', user.userId, (document) =>
      replace(document, session, renewed),
    ),
  );
  const kept = after.sessions.find(({ id }) => id === session.id);
  if (kept === undefined) throw new ServiceError('ERR_SESSION_INVALID');
  const isOurs = rotates && kept.hash === renewed.hash;
  return { user: after, session: kept, ...(isOurs ? { renewedToken: token } : {}) };
}

const arrived = ({ previous }: UserSession, nowMs: number): Pick<UserSession, 'previous'> =>
  previous === undefined
    ? {}
    : { previous: { hash: previous.hash, untilMs: nowMs + PREVIOUS_GRACE_MS } };

/** Of two requests that come together the first renews; the second finds another token and leaves it. */
function replace(
  document: UserDocument | undefined,
  before: UserSession,
  renewed: UserSession,
): UserDocument {
  const user = requireUser(document);
  const isUnchanged = ({ id, hash, rotatedAtMs }: UserSession): boolean =>
    id === before.id && hash === before.hash && rotatedAtMs === before.rotatedAtMs;
  if (!user.sessions.some(isUnchanged)) return user;
  return {
    ...user,
    sessions: user.sessions.map((each) => (isUnchanged(each) ? renewed : each)),
  };
}
