/**
 * Session tokens: `swt_`, then user id (32), session id (16) and secret (52 characters), all lower-case base32. The token
 * names its user, so that finding a session reads one document; at rest there is only a keyed hash of it.
 */
import { base32 } from 'multiformats/bases/base32';

const TOKEN = /^swt_([a-z2-7]{32})([a-z2-7]{16})([a-z2-7]{52})$/;

const text = (bytes: Uint8Array): string => base32.encode(bytes).slice(1);

export type SessionToken = { readonly token: string; readonly sessionId: string };

/** A new token. `random`: 42 bytes, ten of them the public id. */
export function createSessionToken(userId: string, random: Uint8Array): SessionToken {
  if (random.length !== 42) throw new TypeError('a session token takes 42 random bytes');
  const sessionId = text(random.subarray(0, 10));
  return { token: `swt_${userId}${sessionId}${text(random.subarray(10))}`, sessionId };
}

/** A new token for a session there is. `random`: 32 bytes. */
export function renewSessionToken(
  userId: string,
  sessionId: string,
  random: Uint8Array,
): SessionToken {
  if (random.length !== 32) throw new TypeError('a renewed token takes 32 random bytes');
  return { token: `swt_${userId}${sessionId}${text(random)}`, sessionId };
}

/** User and session that a token claims to be of, undefined where it is not a token at all. */
export function parseSessionToken(
  token: string,
): { readonly userId: string; readonly sessionId: string } | undefined {
  const [, userId, sessionId] = TOKEN.exec(token) ?? [];
  return userId === undefined || sessionId === undefined ? undefined : { userId, sessionId };
}
