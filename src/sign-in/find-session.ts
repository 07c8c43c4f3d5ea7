/**
 * Finds the live session of a token, records its use, and rotates the token when that is due.
 *
 * A browser's token is replaced every hour. Because a response may be lost, the old token works
 * until one minute after the new one is first used. If it appears later, two parties hold the
 * session, and the session ends for both.
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

/** A session that has not ended, and its user. */
export type LiveSession = {
  readonly user: UserDocument;
  readonly session: UserSession;
  /** The token that replaces the presented one. */
  readonly renewedToken?: string;
};

/** A token as a request carries it, and how it was sent. */
export type PresentedToken = { readonly token: string | undefined; readonly transport: Transport };

/**
 * Resolves to the live session of a token. Rejects ERR_SESSION_INVALID alike for a malformed token,
 * an unknown user or session, a wrong secret and the wrong transport. Rejects ERR_SESSION_EXPIRED
 * only to the holder of the right secret.
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
  // Both hashes are always compared, so that the time does not reveal which one matched.
  const hashes = [session?.hash ?? '', session?.previous?.hash ?? ''];
  const [current = false, previous = false] = keys.matchSessionHashes(token, hashes);
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

/**
 * Of two concurrent requests, the first renews the token; the second finds a new token and keeps
 * it.
 */
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
