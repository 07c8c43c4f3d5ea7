/**
 * The document of one user: credentials, keys, preferences, sessions, grants, approved apps and
 * where the audit trail stands. The entries of the trail are in the user's log (`user-log.ts`).
 *
 * It contains no secret key and no token: keys are derived again
 * for each use and compared with the addresses stored here, and sessions and challenges are stored
 * as hashes. The document of a deleted user is replaced by a tombstone, because the id is a keyed
 * hash of the wallet and the same wallet would derive the same keys again.
 */
import { z } from 'zod';
import { ServiceError } from '../errors.js';
import type { Address } from '../protocol/address.js';
import { ACCOUNT_LIMITS } from './account-limits.js';
import { appRecordSchema } from './app-record.js';
import { auditStateSchema, emptyAudit, withAudit } from './audit-trail.js';
import { sha256Hex } from '../protocol/bytes.js';

const timeMs = z.number().int().nonnegative();
// Only the shape is checked: the seal protects the letter case, and every signature compares the
// address again.
const address = z.custom<Address>(
  (value) => typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value),
);
const givenName = z.string().max(ACCOUNT_LIMITS.nameLength);

const count = z.number().int().nonnegative();

/** A wallet that signs the user in. */
const walletCredential = z.strictObject({
  kind: z.literal('wallet'),
  address,
  /** How the wallet proves itself: by the word of its contract. Absent for a key. */
  proof: z.literal('contract').exactOptional(),
  name: givenName.exactOptional(),
  addedAtMs: timeMs,
  lastUsedAtMs: timeMs.exactOptional(),
});

/** A WebAuthn credential. `id` and `publicKey` (COSE) are base64url. */
const passkeyCredential = z.strictObject({
  kind: z.literal('passkey'),
  id: z.string(),
  publicKey: z.string(),
  /** The signature counter of the authenticator, or 0 if the authenticator has none. */
  counter: count,
  transports: z.array(z.string()),
  deviceType: z.enum(['singleDevice', 'multiDevice']),
  backedUp: z.boolean(),
  name: givenName,
  addedAtMs: timeMs,
  lastUsedAtMs: timeMs.exactOptional(),
  /** When the counter went backward. The passkey may have been copied, so it no longer signs in. */
  clonedAtMs: timeMs.exactOptional(),
});

const userCredential = z.discriminatedUnion('kind', [walletCredential, passkeyCredential]);

/** A root key of the user. */
const userKey = z.strictObject({
  id: z.string(),
  address,
  /**
   * The version of the derivation, and how often it was repeated to get a number in the range of
   * the curve.
   */
  version: z.literal(1),
  counter: z.number().int().nonnegative(),
  label: givenName,
  createdAtMs: timeMs,
  archivedAtMs: timeMs.exactOptional(),
  /** When its owner last got a copy of it. */
  exportedAtMs: timeMs.exactOptional(),
});

/** A signed-in session. `hash` is the hash of its token. */
const session = z.strictObject({
  id: z.string(),
  hash: z.string(),
  transport: z.enum(['bearer', 'cookie']),
  /** The credential that began the session. Removing that credential ends the session. */
  credentialId: z.string(),
  /** The browser and the system that began it, as far as they were known. */
  device: z.string().max(ACCOUNT_LIMITS.nameLength).exactOptional(),
  createdAtMs: timeMs,
  expiresAtMs: timeMs,
  /** When the person last proved to be present with a wallet or a passkey. */
  verifiedAtMs: timeMs,
  /** The proof, by its time, that has counted as the approval of a review. */
  usedProofAtMs: timeMs.exactOptional(),
  /** Updated at most once every SEEN_EVERY_MS. */
  lastSeenAtMs: timeMs,
  rotatedAtMs: timeMs,
  /** Origins of the apps whose requests were approved in this session. */
  appOrigins: z.array(z.string()).max(ACCOUNT_LIMITS.appsPerSession).exactOptional(),
  /**
   * The token before the last rotation. It remains valid until `untilMs`, which is null until the
   * new token is first used.
   */
  previous: z.strictObject({ hash: z.string(), untilMs: timeMs.nullable() }).exactOptional(),
});

/** The result of a completed bootstrap. A run that is not finished has a document of its own. */
const completedBootstrap = z.strictObject({
  completedAtMs: timeMs,
  verifiedAtMs: timeMs,
  attempts: z.number().int().positive(),
  steps: z.record(z.string(), timeMs),
  reprovisionedAtMs: z.array(timeMs),
  /** When the node was found to have lost the account. It is not complete since. */
  lostAtMs: timeMs.exactOptional(),
});

/** The schema of a signed grant of rights over spaces or networks that has not expired. */
export const signedGrantSchema = z.strictObject({
  keyId: z.string(),
  domain: z.string(),
  signedAtMs: timeMs,
  /** Null for a grant without an expiration. Negative for a time before 1970. */
  expiresAtMs: z.number().int().nullable(),
  /** Names that `src/protocol/space-id.ts` accepts. */
  spaces: z.array(z.string()),
  /** Names that `src/protocol/network-id.ts` accepts. */
  networks: z.array(z.string()).exactOptional(),
  /** The number of further spaces and networks that the grant names. */
  more: count.exactOptional(),
  /** Whether the grant includes deletion, hosting, decryption, unknown abilities or the secrets. */
  isGrave: z.boolean().exactOptional(),
});

/** Grants of one key that are counted but no longer listed one by one. */
const grantsLeftOut = z.strictObject({
  keyId: z.string(),
  count,
  /** When the last of them expires, or null if one never does. */
  expiresAtMs: z.number().int().nullable(),
});

/** Recovery codes. Only keyed hashes of them are stored. */
const recovery = z.strictObject({
  /** The part that all codes of the set begin with. */
  setId: z.string(),
  createdAtMs: timeMs,
  codes: z
    .array(z.strictObject({ hash: z.string(), usedAtMs: timeMs.exactOptional() }))
    .max(ACCOUNT_LIMITS.recoveryCodes),
  /** Wrong codes since the first one that still counts. */
  wrong: z.strictObject({ count, sinceMs: timeMs }).exactOptional(),
});

/** The schema of the document of a user who is not deleted. */
export const userDocumentSchema = z.strictObject({
  version: z.literal(2),
  userId: z.string(),
  createdAtMs: timeMs,
  credentials: z.array(userCredential).max(ACCOUNT_LIMITS.credentials),
  keys: z.array(userKey).max(ACCOUNT_LIMITS.keys),
  preferences: z.strictObject({ autoSignEnabled: z.boolean(), delegateSignEnabled: z.boolean() }),
  sessions: z.array(session).max(ACCOUNT_LIMITS.sessions),
  usedChallenges: z
    .array(z.strictObject({ hash: z.string(), expiresAtMs: timeMs }))
    .max(ACCOUNT_LIMITS.usedChallenges),
  bootstraps: z.record(z.string(), completedBootstrap),
  grants: z.array(signedGrantSchema).max(ACCOUNT_LIMITS.grants),
  grantsLeftOut: z.array(grantsLeftOut).exactOptional(),
  /** Origins of apps for which the person approved something. */
  approvedOrigins: z.array(z.string()).max(ACCOUNT_LIMITS.approvedOrigins),
  recovery: recovery.exactOptional(),
  /** Absent in documents that were written before approvals were recorded. */
  apps: z.array(appRecordSchema(address)).max(ACCOUNT_LIMITS.apps).exactOptional(),
  audit: auditStateSchema,
});

/** The schema of the tombstone of a deleted user. */
export const deletedUserSchema = z.strictObject({
  version: z.literal(1),
  userId: z.string(),
  deletedAtMs: timeMs,
});

/** The document of a user who is not deleted. */
export type UserDocument = z.infer<typeof userDocumentSchema>;
/** The tombstone of a deleted user. */
export type DeletedUser = z.infer<typeof deletedUserSchema>;
/** A wallet or a passkey of a user. */
export type UserCredential = z.infer<typeof userCredential>;
/** A wallet of a user. */
export type WalletCredential = z.infer<typeof walletCredential>;
/** A passkey of a user. */
export type PasskeyCredential = z.infer<typeof passkeyCredential>;
/** A root key of a user. The secret is derived for each use. */
export type UserKey = z.infer<typeof userKey>;
/** A session of a user. */
export type UserSession = z.infer<typeof session>;
/** A signed grant that has not expired. */
export type SignedGrant = z.infer<typeof signedGrantSchema>;
/** The result of a completed bootstrap. */
export type CompletedBootstrap = z.infer<typeof completedBootstrap>;

/** Returns whether the document is a tombstone. */
export const isDeleted = (document: UserDocument | DeletedUser): document is DeletedUser =>
  'deletedAtMs' in document;

/**
 * Returns the user. Throws ERR_SESSION_INVALID if there is none, because the session then refers to
 * a user who is gone.
 */
export function requireUser(document: UserDocument | undefined): UserDocument {
  if (document === undefined) throw new ServiceError('ERR_SESSION_INVALID');
  return document;
}

/** Creates a user without keys or sessions. The first entry of the audit trail records it. */
export function createUser(userId: string, first: UserCredential, nowMs: number): UserDocument {
  const user: UserDocument = {
    version: 2,
    userId,
    createdAtMs: nowMs,
    credentials: [first],
    keys: [],
    preferences: { autoSignEnabled: true, delegateSignEnabled: false },
    sessions: [],
    usedChallenges: [],
    bootstraps: {},
    grants: [],
    approvedOrigins: [],
    audit: emptyAudit(userId),
  };
  return withAudit(user, nowMs, 'account-created', { credential: credentialIdOf(first) });
}

/**
 * Returns whether a credential can sign its user in. A passkey that was marked as cloned cannot.
 */
export const signsIn = (credential: UserCredential): boolean =>
  credential.kind === 'wallet' || credential.clonedAtMs === undefined;

/** Returns the id that a session has in place of a credential's if a recovery code began it. */
export const recoveryCredentialId = (hash: string): string => `recovery-${hash.slice(0, 24)}`;

/**
 * Returns a short public id of a credential: its kind and a part of the hash of its address or id.
 */
export function credentialIdOf(credential: UserCredential): string {
  const name = credential.kind === 'wallet' ? credential.address : credential.id;
  const digest = sha256Hex(`${credential.kind}:${name}`);
  return `${credential.kind}-${digest.slice(0, 24)}`;
}
