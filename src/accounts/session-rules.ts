/**
 * The rules of sessions: how long they last, what extends them, and which changes they permit.
 * Durations are in milliseconds.
 */
import { ServiceError } from '../errors.js';
import {
  credentialIdOf,
  recoveryCredentialId,
  signsIn,
  type UserDocument,
  type UserSession,
} from './user-document.js';

/**
 * How a session presents its token: a program sends it as a bearer token, a browser as a cookie.
 */
export type Transport = UserSession['transport'];

/** The time from sign-in to the end of a session. Activity does not extend it. */
export const LIFETIME_MS: { readonly [transport in Transport]: number } = {
  bearer: 3_600_000,
  cookie: 7 * 86_400_000,
};

/** A browser session ends after this long without a request. */
export const IDLE_MS = 86_400_000;

/** The age at which the token of a browser session is replaced. */
export const ROTATE_AFTER_MS = 3_600_000;

/**
 * How long the previous token remains valid after the first use of the new one, for requests
 * already in flight.
 */
export const PREVIOUS_GRACE_MS = 60_000;

/** The precision of the last use of a session. Each update is a commit. */
export const SEEN_EVERY_MS = 300_000;

/** The maximum age of a proof of presence for a change that requires a recent one. */
export const STEP_UP_MS = 300_000;

/** Returns when a session ends if no further request uses it. */
export const endOf = ({ transport, expiresAtMs, lastSeenAtMs }: UserSession): number =>
  transport === 'cookie' ? Math.min(expiresAtMs, lastSeenAtMs + IDLE_MS) : expiresAtMs;

/** Returns whether a session has ended at this time. */
export const isExpired = (session: UserSession, nowMs: number): boolean => endOf(session) <= nowMs;

/** Returns the user without the session, or undefined if there is no such session. */
export function withoutSession(user: UserDocument, sessionId: string): UserDocument | undefined {
  const sessions = user.sessions.filter(({ id }) => id !== sessionId);
  return sessions.length === user.sessions.length ? undefined : { ...user, sessions };
}

/**
 * What a request requires of its session. A `transport` of `browser` requires a cookie session. A
 * `freshness` of `recent` requires that the person used a wallet or a passkey of the account within
 * STEP_UP_MS; `recent-or-recovered` also accepts a recovery code.
 */
export type SessionRule = {
  readonly transport: 'any' | 'browser';
  readonly freshness: 'any' | 'recent' | 'recent-or-recovered';
};

/** The rule of requests that only read. */
export const ANY = { transport: 'any', freshness: 'any' } as const satisfies SessionRule;
const BROWSER = { transport: 'browser', freshness: 'any' } as const;
const PRESENT = { transport: 'browser', freshness: 'recent' } as const;
const PRESENT_OR_RECOVERED = { transport: 'browser', freshness: 'recent-or-recovered' } as const;

/**
 * The rule of every change that a session can request. The session of a program signs within the
 * policy, reads, creates, names and archives keys, and gives up rights. It never changes who may
 * sign in, what is signed without asking, or whether the account exists: it holds a bearer token,
 * and a copy of that token must not be enough to take over the account.
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
  'app-stop': BROWSER,
  'bootstrap-retry': ANY,
  'credential-rename': BROWSER,
  'credential-add': PRESENT_OR_RECOVERED,
  'credential-remove': PRESENT,
  'credential-unblock': PRESENT,
  'recovery-replace': PRESENT,
  'key-export': PRESENT,
  'account-delete': PRESENT,
} as const satisfies { readonly [name: string]: SessionRule };

/** The name of a change that a session can request. */
export type ChangeName = keyof typeof CHANGE_RULES;

/**
 * Returns whether a credential that can still sign in began or renewed the session within
 * STEP_UP_MS. A proof with a time in the future is stale, because the clock was set back since.
 */
function isFreshlyVerified(user: UserDocument, session: UserSession, nowMs: number): boolean {
  const isServing = user.credentials.some(
    (each) => credentialIdOf(each) === session.credentialId && signsIn(each),
  );
  return isServing && isRecent(session, nowMs);
}

/** Returns whether a recovery code of the present set began the session within STEP_UP_MS. */
function isFreshlyRecovered(user: UserDocument, session: UserSession, nowMs: number): boolean {
  const codes = user.recovery?.codes ?? [];
  const isOfThisSet = codes.some(({ hash }) => recoveryCredentialId(hash) === session.credentialId);
  return isOfThisSet && isRecent(session, nowMs);
}

function isRecent({ verifiedAtMs }: UserSession, nowMs: number): boolean {
  const ageMs = nowMs - verifiedAtMs;
  return ageMs >= 0 && ageMs < STEP_UP_MS;
}

/**
 * Throws ERR_SESSION_TRANSPORT or ERR_STEP_UP_REQUIRED if the session does not satisfy the rule.
 */
export function requireRule(
  user: UserDocument,
  session: UserSession,
  { transport, freshness }: SessionRule,
  nowMs: number,
): void {
  if (transport === 'browser' && session.transport !== 'cookie') {
    throw new ServiceError('ERR_SESSION_TRANSPORT');
  }
  if (freshness === 'any' || isFreshlyVerified(user, session, nowMs)) return;
  if (freshness === 'recent-or-recovered' && isFreshlyRecovered(user, session, nowMs)) return;
  throw new ServiceError('ERR_STEP_UP_REQUIRED');
}

/** Returns the session from the document. Throws ERR_SESSION_INVALID or ERR_SESSION_EXPIRED. */
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
