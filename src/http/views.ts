/** Converts parts of a user's document to the forms that the contract declares. */
import type { Account } from '../api/account.js';
import type { Credential } from '../api/credentials.js';
import type { Key } from '../api/keys.js';
import type { Session } from '../api/sessions.js';
import type { WalletChallenge as ChallengeReply } from '../api/wallet-proof.js';
import {
  credentialIdOf,
  type UserCredential,
  type UserDocument,
  type UserKey,
  type UserSession,
} from '../accounts/user-document.js';
import type { WalletChallenge } from '../sign-in/wallet-challenge.js';

const iso = (ms: number): string => new Date(ms).toISOString();

/** Returns a key, without the members that only its derivation needs. */
export function viewKey({ id, address, label, createdAtMs, archivedAtMs }: UserKey): Key {
  return {
    id,
    address,
    label,
    createdAt: iso(createdAtMs),
    ...(archivedAtMs === undefined ? {} : { archivedAt: iso(archivedAtMs) }),
  };
}

/** Returns a user, without sessions, grants and the audit trail. */
export function viewUser(user: UserDocument): Account {
  return {
    id: user.userId,
    createdAt: iso(user.createdAtMs),
    credentials: user.credentials.map(viewCredential),
    keys: user.keys.map(viewKey),
    ...user.preferences,
  };
}

/** Returns a sign-in method, without its internal members. */
export function viewCredential(credential: UserCredential): Credential {
  const { name, addedAtMs, lastUsedAtMs } = credential;
  const common = {
    id: credentialIdOf(credential),
    ...(name === undefined ? {} : { name }),
    addedAt: iso(addedAtMs),
    ...(lastUsedAtMs === undefined ? {} : { lastUsedAt: iso(lastUsedAtMs) }),
  };
  if (credential.kind === 'wallet') {
    return { ...common, kind: 'wallet', address: credential.address };
  }
  const { backedUp, deviceType, clonedAtMs } = credential;
  const cloned = clonedAtMs === undefined ? {} : { clonedAt: iso(clonedAtMs) };
  return { ...common, kind: 'passkey', backedUp, deviceType, ...cloned };
}

/** Returns a session. `currentId` is the id of the session that makes the request. */
export function viewSession(session: UserSession, currentId: string): Session {
  const { id, transport, credentialId } = session;
  return {
    id,
    transport,
    credentialId,
    current: id === currentId,
    createdAt: iso(session.createdAtMs),
    expiresAt: iso(session.expiresAtMs),
    lastSeenAt: iso(session.lastSeenAtMs),
    verifiedAt: iso(session.verifiedAtMs),
  };
}

/** Returns a text for a wallet to sign. */
export function viewChallenge({ message, nonce, expiresAtMs }: WalletChallenge): ChallengeReply {
  return { message, nonce, expiresAt: iso(expiresAtMs) };
}
