/** Wallet sign-in: from a signed challenge to a session, and to a user and first key where there was none. */
import { ServiceError } from '../errors.js';
import {
  createWalletUser,
  type UserDocument,
  type UserKey,
  type UserSession,
} from '../accounts/user-document.js';
import type { Users } from '../accounts/users.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import { createSessionToken } from './session-token.js';
import {
  type ChallengeContext,
  openWalletChallenge,
  type OpenedChallenge,
} from './wallet-challenge.js';
import { verifyWalletSignature } from './verify-wallet-signature.js';

export const BEARER_LIFETIME_MS = 3_600_000;
const MAX_SESSIONS = 20;

export type SignInContext = {
  readonly users: Users;
  readonly keys: ServiceKeys;
  readonly challenges: ChallengeContext;
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
};

export type SignedIn = {
  readonly sessionToken: string;
  readonly expiresAtMs: number;
  readonly user: UserDocument;
};

/**
 * Signs a wallet in. User, first key, session and the spent challenge become durable in one commit. Rejects
 * ERR_CHALLENGE_INVALID, ERR_CHALLENGE_EXPIRED, ERR_CHALLENGE_USED, ERR_SIGNATURE_INVALID or ERR_TRANSPORT_UNAVAILABLE.
 * `claimNewUser` is called before a user is made and may throw; then none is.
 */
export async function signInWithWallet(
  context: SignInContext,
  message: string,
  signature: string,
  claimNewUser: () => void,
): Promise<SignedIn> {
  const { keys, users, clock, randomBytes } = context;
  const challenge = openWalletChallenge(context.challenges, message, clock());
  if (challenge.transport !== 'bearer') throw new ServiceError('ERR_TRANSPORT_UNAVAILABLE');
  await verifyWalletSignature(message, signature);
  const userId = keys.walletUserId(challenge.address);
  const { token, sessionId } = createSessionToken(userId, randomBytes(42));
  const nowMs = clock();
  const session: UserSession = {
    id: sessionId,
    hash: keys.sessionHash(token),
    transport: 'bearer',
    createdAtMs: nowMs,
    expiresAtMs: nowMs + BEARER_LIFETIME_MS,
  };
  const user = await users.update(userId, (before) => {
    if (before === undefined) claimNewUser();
    const known = before ?? createWalletUser(userId, challenge.address, nowMs);
    const withKey = known.keys.length > 0 ? known : addKey(known, keys, 'Main', nowMs);
    return addSession(spendChallenge(withKey, keys, challenge, nowMs), session, nowMs);
  });
  return { sessionToken: token, expiresAtMs: session.expiresAtMs, user };
}

function spendChallenge(
  user: UserDocument,
  keys: ServiceKeys,
  { nonce, expiresAtMs }: OpenedChallenge,
  nowMs: number,
): UserDocument {
  const open = user.usedChallenges.filter((used) => used.expiresAtMs > nowMs);
  const hash = keys.challengeTag(nonce);
  if (open.some((used) => used.hash === hash)) throw new ServiceError('ERR_CHALLENGE_USED');
  if (open.length >= 100) throw new ServiceError('ERR_TOO_MANY_SIGN_INS');
  return { ...user, usedChallenges: [...open, { hash, expiresAtMs }] };
}

function addSession(user: UserDocument, session: UserSession, nowMs: number): UserDocument {
  const live = user.sessions.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  return { ...user, sessions: [...live.slice(1 - MAX_SESSIONS), session] };
}

/** The user with one key more; its id begins with the user's, its number is never used again. */
export function addKey(
  user: UserDocument,
  keys: ServiceKeys,
  label: string,
  nowMs: number,
): UserDocument {
  const { id, version, counter, address } = keys.createUserKey(
    `${user.userId}-${user.keys.length}`,
  );
  const key: UserKey = { id, address, version, counter, label, createdAtMs: nowMs };
  return { ...user, keys: [...user.keys, key] };
}
