/** How long sessions live, what keeps them alive, and what each kind of session may change. Durations are in milliseconds. */
import { ServiceError } from '../errors.js';
import { credentialIdOf, signsIn, type UserDocument, type UserSession } from './user-document.js';

export type Transport = UserSession['transport'];

/** From sign-in to the end, whatever happens in between. */
export const LIFETIME_MS: { readonly [transport in Transport]: number } = {
  bearer: 3_600_000,
  cookie: 7 * 86_400_000,
};

/** A browser's session ends after this long without a request. */
export const IDLE_MS = 86_400_000;

/** A browser's token is replaced when it is this old. */
export const ROTATE_AFTER_MS = 3_600_000;

/** How long the previous token works after the new one was first used, for requests that were under way. */
export const PREVIOUS_GRACE_MS = 60_000;

/** How exactly the last use of a session is known: each note of it is a commit. */
export const SEEN_EVERY_MS = 300_000;

/** How old the proof of a person's presence may be for a change that needs a recent one. */
export const STEP_UP_MS = 300_000;

/** When a session ends if nothing more is heard of it. */
export const endOf = ({ transport, expiresAtMs, lastSeenAtMs }: UserSession): number =>
  transport === 'cookie' ? Math.min(expiresAtMs, lastSeenAtMs + IDLE_MS) : expiresAtMs;

/** Whether a session is over at this time. */
export const isExpired = (session: UserSession, nowMs: number): boolean => endOf(session) <= nowMs;

/** Returns the user without a session; undefined where there is no such session. */
export function withoutSession(user: UserDocument, sessionId: string): UserDocument | undefined {
  const sessions = user.sessions.filter(({ id }) => id !== sessionId);
  return sessions.length === user.sessions.length ? undefined : { ...user, sessions };
}

/**
 * What a request needs of its session. `transport`: `any`, or `browser` for a cookie session. `freshness`: `any`, or `recent`
 * where the person used a wallet or passkey of the account within STEP_UP_MS.
 */
export type SessionRule = {
  readonly transport: 'any' | 'browser';
  readonly freshness: 'any' | 'recent';
};

/** What a request needs that only reads. */
export const ANY = { transport: 'any', freshness: 'any' } as const satisfies SessionRule;
const BROWSER = { transport: 'browser', freshness: 'any' } as const;
const PRESENT = { transport: 'browser', freshness: 'recent' } as const;

/**
 * Every change that a session can ask for, and what it needs. A program's session signs within the policy, reads, manages the
 * names and number of keys, and gives power up. It never changes who may sign in, what is signed without asking, or whether the
 * account exists: it holds a bearer token, and whoever copies that token would hold the account for good.
 */
export const CHANGE_RULES = {
  sign: ANY,
  review: ANY,
  'key-create': ANY,
  'key-rename': ANY,
  'key-archive': ANY,
  'key-unarchive': ANY,
  'preference-lower': ANY,
  'preference-raise': PRESENT,
  'session-end': ANY,
  'bootstrap-retry': ANY,
  'credential-rename': BROWSER,
  'credential-add': PRESENT,
  'credential-remove': PRESENT,
  'credential-unblock': PRESENT,
  'account-delete': PRESENT,
} as const satisfies { readonly [name: string]: SessionRule };

export type ChangeName = keyof typeof CHANGE_RULES;

/**
 * Whether the person was present a moment ago: the session was begun or renewed by a credential that still signs in, within
 * STEP_UP_MS. A proof from the future counts as stale, because the clock was put back since.
 */
function isFreshlyVerified(user: UserDocument, session: UserSession, nowMs: number): boolean {
  const ageMs = nowMs - session.verifiedAtMs;
  const isServing = user.credentials.some(
    (each) => credentialIdOf(each) === session.credentialId && signsIn(each),
  );
  return isServing && ageMs >= 0 && ageMs < STEP_UP_MS;
}

/** Throws ERR_SESSION_TRANSPORT or ERR_STEP_UP_REQUIRED where the session does not satisfy the rule. */
export function requireRule(
  user: UserDocument,
  session: UserSession,
  { transport, freshness }: SessionRule,
  nowMs: number,
): void {
  if (transport === 'browser' && session.transport !== 'cookie') {
    throw new ServiceError('ERR_SESSION_TRANSPORT');
  }
  if (freshness === 'recent' && !isFreshlyVerified(user, session, nowMs)) {
    throw new ServiceError('ERR_STEP_UP_REQUIRED');
  }
}

/** Returns the session as the document holds it. Throws ERR_SESSION_INVALID or ERR_SESSION_EXPIRED. */
export function requireLiveSession(
  user: UserDocument,
  sessionId: string,
  nowMs: number,
): UserSession {
  const session = user.sessions.find(({ id }) => id === sessionId);
  if (session === undefined) throw new ServiceError('ERR_SESSION_INVALID');
  if (isExpired(session, nowMs)) throw new ServiceError('ERR_SESSION_EXPIRED');
  return session;
}
