/** What of the user's document leaves the service. */
import {
  credentialIdOf,
  type UserCredential,
  type UserDocument,
  type UserKey,
  type UserSession,
} from '../accounts/user-document.js';

const iso = (ms: number): string => new Date(ms).toISOString();

export type KeyView = {
  readonly id: string;
  readonly address: string;
  readonly label: string;
  readonly createdAt: string;
  readonly archivedAt?: string;
};

export function viewKey({ id, address, label, createdAtMs, archivedAtMs }: UserKey): KeyView {
  return {
    id,
    address,
    label,
    createdAt: iso(createdAtMs),
    ...(archivedAtMs === undefined ? {} : { archivedAt: iso(archivedAtMs) }),
  };
}

export function viewUser(user: UserDocument): object {
  return {
    id: user.userId,
    createdAt: iso(user.createdAtMs),
    credentials: user.credentials.map(viewCredential),
    keys: user.keys.map(viewKey),
    ...user.preferences,
  };
}

/** A way to sign in, without what only the service needs of it. */
export function viewCredential(credential: UserCredential): object {
  const { kind, name, addedAtMs, lastUsedAtMs } = credential;
  const facts =
    credential.kind === 'wallet'
      ? { address: credential.address }
      : {
          backedUp: credential.backedUp,
          deviceType: credential.deviceType,
          ...(credential.clonedAtMs === undefined ? {} : { clonedAt: iso(credential.clonedAtMs) }),
        };
  return {
    id: credentialIdOf(credential),
    kind,
    ...(name === undefined ? {} : { name }),
    ...facts,
    addedAt: iso(addedAtMs),
    ...(lastUsedAtMs === undefined ? {} : { lastUsedAt: iso(lastUsedAtMs) }),
  };
}

/** `currentId`: of the session that asks. */
export function viewSession(session: UserSession, currentId: string): object {
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
