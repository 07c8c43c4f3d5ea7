/**
 * Session tokens: `swt_`, then the user id (32 characters), session id (16) and secret (52), all in
 * lowercase base32. A token names its user, so that finding a session reads one document. Only a
 * keyed hash of the token is stored.
 */
import { base32 } from 'multiformats/bases/base32';

const TOKEN = /^swt_([a-z2-7]{32})([a-z2-7]{16})([a-z2-7]{52})$/;

const text = (bytes: Uint8Array): string => base32.encode(bytes).slice(1);

/** A token, and the public id of its session. */
export type SessionToken = { readonly token: string; readonly sessionId: string };

/** Creates the token of a new session. `random`: 42 bytes, of which 10 become the public id. */
export function createSessionToken(userId: string, random: Uint8Array): SessionToken {
  if (random.length !== 42) throw new TypeError('a session token takes 42 random bytes');
  const sessionId = text(random.subarray(0, 10));
  return { token: `swt_${userId}${sessionId}${text(random.subarray(10))}`, sessionId };
}

/** Creates a new token for an existing session. `random`: 32 bytes. */
export function renewSessionToken(
  userId: string,
  sessionId: string,
  random: Uint8Array,
): SessionToken {
  if (random.length !== 32) throw new TypeError('a renewed token takes 32 random bytes');
  return { token: `swt_${userId}${sessionId}${text(random)}`, sessionId };
}

/** Returns the user and the session that a token claims, or undefined if it is not a token. */
export function parseSessionToken(
  token: string,
): { readonly userId: string; readonly sessionId: string } | undefined {
  const [, userId, sessionId] = TOKEN.exec(token) ?? [];
  return userId === undefined || sessionId === undefined ? undefined : { userId, sessionId };
}
