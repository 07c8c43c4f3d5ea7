/** Converts parts of a user's document to the forms that the contract declares. */
import type { Account } from '../api/account.js';
import type { App } from '../api/apps.js';
import type { Credential } from '../api/credentials.js';
import type { Key } from '../api/keys.js';
import type { Session } from '../api/sessions.js';
import type { WalletChallenge as ChallengeReply } from '../api/wallet-proof.js';
import type { AppRecord } from '../accounts/app-record.js';
import {
  credentialIdOf,
  type UserCredential,
  type UserDocument,
  type UserKey,
  type UserSession,
} from '../accounts/user-document.js';
import type { WalletChallenge } from '../sign-in/wallet-challenge.js';
import { timestampOf } from '../protocol/timestamp.js';

/** Returns a key, without the members that only its derivation needs. */
export function viewKey(key: UserKey): Key {
  const { id, address, label, createdAtMs, archivedAtMs, exportedAtMs } = key;
  return {
    id,
    address,
    label,
    createdAt: timestampOf(createdAtMs),
    ...(archivedAtMs === undefined ? {} : { archivedAt: timestampOf(archivedAtMs) }),
    ...(exportedAtMs === undefined ? {} : { exportedAt: timestampOf(exportedAtMs) }),
  };
}

/** Returns a user, without sessions, grants and the audit trail. */
export function viewUser(user: UserDocument): Account {
  return {
    id: user.userId,
    createdAt: timestampOf(user.createdAtMs),
    credentials: user.credentials.map(viewCredential),
    keys: user.keys.map(viewKey),
    recovery: viewRecovery(user),
    ...user.preferences,
  };
}

function viewRecovery({ recovery }: UserDocument): Account['recovery'] {
  if (recovery === undefined) return null;
  const codesLeft = recovery.codes.filter(({ usedAtMs }) => usedAtMs === undefined).length;
  return { createdAt: timestampOf(recovery.createdAtMs), codesLeft };
}

/** Returns a sign-in method, without its internal members. */
export function viewCredential(credential: UserCredential): Credential {
  const { name, addedAtMs, lastUsedAtMs } = credential;
  const common = {
    id: credentialIdOf(credential),
    ...(name === undefined ? {} : { name }),
    addedAt: timestampOf(addedAtMs),
    ...(lastUsedAtMs === undefined ? {} : { lastUsedAt: timestampOf(lastUsedAtMs) }),
  };
  if (credential.kind === 'wallet') {
    return { ...common, kind: 'wallet', address: credential.address };
  }
  const { backedUp, deviceType, clonedAtMs } = credential;
  const cloned = clonedAtMs === undefined ? {} : { clonedAt: timestampOf(clonedAtMs) };
  return { ...common, kind: 'passkey', backedUp, deviceType, ...cloned };
}

/** Returns a session. `currentId` is the id of the session that makes the request. */
export function viewSession(session: UserSession, currentId: string): Session {
  const { id, transport, credentialId, device, appOrigins } = session;
  return {
    id,
    transport,
    credentialId,
    ...(device === undefined ? {} : { device }),
    ...(appOrigins === undefined ? {} : { apps: [...appOrigins] }),
    current: id === currentId,
    createdAt: timestampOf(session.createdAtMs),
    expiresAt: timestampOf(session.expiresAtMs),
    lastSeenAt: timestampOf(session.lastSeenAtMs),
    verifiedAt: timestampOf(session.verifiedAtMs),
  };
}

/** Returns a text for a wallet to sign. */
export function viewChallenge({ message, nonce, expiresAtMs }: WalletChallenge): ChallengeReply {
  return { message, nonce, expiresAt: timestampOf(expiresAtMs) };
}

/** Returns an app, without the hashes of its rights and without what has expired. */
export function viewApp(record: AppRecord, nowMs: number): App {
  const { origin, keyAddress, untilMs = 0, stoppedAtMs, approvals } = record;
  const newest = approvals.toReversed();
  const live = newest.filter((each) => each.rights !== '' && each.untilMs > nowMs);
  return {
    origin,
    keyAddress,
    firstApprovedAt: timestampOf(record.firstApprovedAtMs),
    lastApprovedAt: timestampOf(record.lastApprovedAtMs),
    rights: (live[0] ?? newest[0])?.rights ?? '',
    ...(untilMs > nowMs ? { until: timestampOf(untilMs) } : {}),
    ...(stoppedAtMs === undefined ? {} : { stoppedAt: timestampOf(stoppedAtMs) }),
    grants: live.map(({ rights, approvedAtMs, untilMs: endsAtMs }) => ({
      rights,
      approvedAt: timestampOf(approvedAtMs),
      until: timestampOf(endsAtMs),
    })),
  };
}
