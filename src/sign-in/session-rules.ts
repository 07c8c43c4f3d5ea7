/** How long sessions live, and what keeps them alive. Milliseconds. */
import type { UserDocument, UserSession } from '../accounts/user-document.js';

export type Transport = UserSession['transport'];

/** From sign-in to the end, whatever happens in between. */
export const LIFETIME_MS: { readonly [transport in Transport]: number } = {
  bearer: 3_600_000,
  cookie: 7 * 86_400_000,
};

/** Without a request for this long a browser's session ends. */
export const IDLE_MS = 86_400_000;

/** A browser's token is replaced when it is this old. */
export const ROTATE_AFTER_MS = 3_600_000;

/** How long the token before holds after the new one was seen: for requests that were under way. */
export const PREVIOUS_GRACE_MS = 60_000;

/** How exactly it is known when a session was last used: each note of it is a commit. */
export const SEEN_EVERY_MS = 300_000;

/** How fresh the proof that a person is there must be for what can not be taken back. */
export const STEP_UP_MS = 300_000;

export const MAX_SESSIONS = 20;

export function isExpired(session: UserSession, nowMs: number): boolean {
  const isIdle = session.transport === 'cookie' && session.lastSeenAtMs + IDLE_MS <= nowMs;
  return session.expiresAtMs <= nowMs || isIdle;
}

export const isFreshlyVerified = ({ verifiedAtMs }: UserSession, nowMs: number): boolean =>
  nowMs - verifiedAtMs < STEP_UP_MS;

/** The user without a session; undefined where there is no such session. */
export function withoutSession(user: UserDocument, sessionId: string): UserDocument | undefined {
  const sessions = user.sessions.filter(({ id }) => id !== sessionId);
  return sessions.length === user.sessions.length ? undefined : { ...user, sessions };
}
