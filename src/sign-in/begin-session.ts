/** Creates sessions and renews their tokens. Only hashes of tokens are stored. */
import { withAudit } from '../accounts/audit-trail.js';
import type { UserDocument, UserSession } from '../accounts/user-document.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import { ACCOUNT_LIMITS } from '../accounts/account-limits.js';
import { isExpired, LIFETIME_MS, type Transport } from '../accounts/session-rules.js';
import { createSessionToken, parseSessionToken, renewSessionToken } from './session-token.js';

/** What sessions depend on. */
export type SessionContext = {
  readonly keys: ServiceKeys;
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
};

/** A session that has just begun, with its token and its user. */
export type BegunSession = {
  readonly user: UserDocument;
  readonly session: UserSession;
  /** The token, which is sent to its holder and never stored. */
  readonly token: string;
};

/** What is known of the browser that signs in. */
export type BrowserFacts = {
  /**
   * The token of the browser's current session, if any: a session of the same user is renewed
   * instead of doubled.
   */
  readonly currentToken?: string | undefined;
  /** The browser and its system, in the words of `describeDevice`. */
  readonly device?: string | undefined;
};

/** How a person signed in. */
export type SignInFacts = BrowserFacts & {
  readonly transport: Transport;
  readonly credentialId: string;
};

/** Returns the user with a new session, or with the browser's session renewed. */
export function beginSession(
  { keys, clock, randomBytes }: SessionContext,
  user: UserDocument,
  { transport, credentialId, currentToken, device }: SignInFacts,
): BegunSession {
  const nowMs = clock();
  const current = findCurrent(keys, user, currentToken, nowMs);
  const isRenewed = transport === 'cookie' && current?.transport === 'cookie';
  const { token, sessionId } = isRenewed
    ? renewSessionToken(user.userId, current.id, randomBytes(32))
    : createSessionToken(user.userId, randomBytes(42));
  const session: UserSession = {
    id: sessionId,
    hash: keys.sessionHash(token),
    transport,
    credentialId,
    ...(transport === 'bearer' || device === undefined ? {} : { device }),
    createdAtMs: isRenewed ? current.createdAtMs : nowMs,
    expiresAtMs: nowMs + LIFETIME_MS[transport],
    verifiedAtMs: nowMs,
    lastSeenAtMs: nowMs,
    rotatedAtMs: nowMs,
    ...(isRenewed ? keptOf(current) : {}),
  };
  const others = user.sessions.filter((each) => each.id !== sessionId && !isExpired(each, nowMs));
  const sessions = [...others.slice(1 - ACCOUNT_LIMITS.sessions), session];
  const facts = { sessionId, transport, credential: credentialId };
  return { user: withAudit({ ...user, sessions }, nowMs, 'signed-in', facts), session, token };
}

/** Returns what a renewed session keeps: its apps, and the token that it had. */
const keptOf = ({ hash, appOrigins }: UserSession): Partial<UserSession> => ({
  previous: { hash, untilMs: null },
  ...(appOrigins === undefined ? {} : { appOrigins }),
});

function findCurrent(
  keys: ServiceKeys,
  user: UserDocument,
  token: string | undefined,
  nowMs: number,
): UserSession | undefined {
  const claimed = parseSessionToken(token ?? '');
  const session = user.sessions.find(({ id }) => id === claimed?.sessionId);
  const isOwn =
    claimed?.userId === user.userId && keys.isSessionHash(token ?? '', session?.hash ?? '');
  return session !== undefined && isOwn && !isExpired(session, nowMs) ? session : undefined;
}
