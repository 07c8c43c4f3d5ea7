/**
 * The document of one user: who may sign in, which keys there are, what was allowed, which sessions live, what was done.
 *
 * One document is one atomic commit. Nothing in it is a secret key or a token: keys are derived again at each use and
 * compared with the address here, sessions and challenges are hashes. A user who was deleted leaves a document that says so
 * and nothing else: its id is a keyed hash, and the wallet behind it would derive the same keys again.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ServiceError } from '../errors.js';
import type { Address } from '../protocol/address.js';
import { ACCOUNT_LIMITS } from './account-limits.js';
import { auditStateSchema, emptyAudit, withAudit } from './audit-trail.js';
import { sealedCodec } from './sealed-codec.js';

const timeMs = z.number().int().nonnegative();
// The shape alone: the seal keeps the letters as they were written, and every signature compares the address anew.
const address = z.custom<Address>(
  (value) => typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value),
);
const givenName = z.string().max(ACCOUNT_LIMITS.nameLength);

const count = z.number().int().nonnegative();

const walletCredential = z.strictObject({
  kind: z.literal('wallet'),
  address,
  name: givenName.exactOptional(),
  addedAtMs: timeMs,
  lastUsedAtMs: timeMs.exactOptional(),
});

/** A WebAuthn credential; `id` and `publicKey` (COSE) in base64url. */
const passkeyCredential = z.strictObject({
  kind: z.literal('passkey'),
  id: z.string(),
  publicKey: z.string(),
  /** The authenticator's own count of signatures, 0 for one that does not count. */
  counter: count,
  transports: z.array(z.string()),
  deviceType: z.enum(['singleDevice', 'multiDevice']),
  backedUp: z.boolean(),
  name: givenName,
  addedAtMs: timeMs,
  lastUsedAtMs: timeMs.exactOptional(),
  /** When its counter went back: somebody else may hold a copy, so it signs nobody in any more. */
  clonedAtMs: timeMs.exactOptional(),
});

const userCredential = z.discriminatedUnion('kind', [walletCredential, passkeyCredential]);

const userKey = z.strictObject({
  id: z.string(),
  address,
  /** Which derivation, and how often it was raised to fall into the curve's range. */
  version: z.literal(1),
  counter: z.number().int().nonnegative(),
  label: givenName,
  createdAtMs: timeMs,
  archivedAtMs: timeMs.exactOptional(),
});

const session = z.strictObject({
  id: z.string(),
  hash: z.string(),
  transport: z.enum(['bearer', 'cookie']),
  /** Which credential began it; removing that ends it. */
  credentialId: z.string(),
  createdAtMs: timeMs,
  expiresAtMs: timeMs,
  /** When a person last proved to be there, by wallet or passkey. */
  verifiedAtMs: timeMs,
  /** Written at most every few minutes. */
  lastSeenAtMs: timeMs,
  rotatedAtMs: timeMs,
  /** The token before the last rotation; it holds until a while after the new one was first seen. */
  previous: z.strictObject({ hash: z.string(), untilMs: timeMs.nullable() }).exactOptional(),
});

/** What is known of an account that was provisioned; a run that is not finished has a document of its own. */
const completedBootstrap = z.strictObject({
  completedAtMs: timeMs,
  verifiedAtMs: timeMs,
  attempts: z.number().int().positive(),
  steps: z.record(z.string(), timeMs),
  reprovisionedAtMs: z.array(timeMs),
});

/** Rights over spaces that were signed and have not ended. */
const signedGrant = z.strictObject({
  keyId: z.string(),
  domain: z.string(),
  signedAtMs: timeMs,
  /** Null for rights without an end; negative before 1970. */
  expiresAtMs: z.number().int().nullable(),
  /** Names, as `src/protocol/space-id.ts` admits them. */
  spaces: z.array(z.string()),
  /** Names, as `src/protocol/network-id.ts` admits them. */
  networks: z.array(z.string()).exactOptional(),
  /** How many more spaces and networks the grant names. */
  more: count.exactOptional(),
  /** Whether it grants deleting, hosting, decrypting, unknown rights or the secrets. */
  isGrave: z.boolean().exactOptional(),
});

/** Grants of one key that are counted and no longer named. */
const grantsLeftOut = z.strictObject({
  keyId: z.string(),
  count,
  /** When the last of them ends; null where one does not end. */
  expiresAtMs: z.number().int().nullable(),
});

const userDocument = z.strictObject({
  version: z.literal(1),
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
  grants: z.array(signedGrant).max(ACCOUNT_LIMITS.grants),
  grantsLeftOut: z.array(grantsLeftOut).exactOptional(),
  /** Origins of apps for which the person approved something before. */
  approvedOrigins: z.array(z.string()).max(ACCOUNT_LIMITS.approvedOrigins),
  audit: auditStateSchema,
});

const deletedUser = z.strictObject({
  version: z.literal(1),
  userId: z.string(),
  deletedAtMs: timeMs,
});

export type UserDocument = z.infer<typeof userDocument>;
export type DeletedUser = z.infer<typeof deletedUser>;
export type UserCredential = z.infer<typeof userCredential>;
export type WalletCredential = z.infer<typeof walletCredential>;
export type PasskeyCredential = z.infer<typeof passkeyCredential>;
export type UserKey = z.infer<typeof userKey>;
export type UserSession = z.infer<typeof session>;
export type SignedGrant = z.infer<typeof signedGrant>;
export type CompletedBootstrap = z.infer<typeof completedBootstrap>;

/** Exactly one of the two matches: a living user has no `deletedAtMs`, and the objects are strict. */
export const userCodec = sealedCodec<UserDocument | DeletedUser>(
  'user',
  z.union([userDocument, deletedUser]),
);

export const isDeleted = (document: UserDocument | DeletedUser): document is DeletedUser =>
  'deletedAtMs' in document;

/** Returns the user that must exist. Throws ERR_SESSION_INVALID: the session names somebody who is gone. */
export function requireUser(document: UserDocument | undefined): UserDocument {
  if (document === undefined) throw new ServiceError('ERR_SESSION_INVALID');
  return document;
}

/** A user who has just appeared, without keys or sessions; the first entry of the audit trail says so. */
export function createUser(userId: string, first: UserCredential, nowMs: number): UserDocument {
  const user: UserDocument = {
    version: 1,
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

/** Whether a credential signs its user in: a passkey that was marked as cloned does not. */
export const signsIn = (credential: UserCredential): boolean =>
  credential.kind === 'wallet' || credential.clonedAtMs === undefined;

/** A short public id of a credential: its kind, and a part of the hash of what identifies it. */
export function credentialIdOf(credential: UserCredential): string {
  const name = credential.kind === 'wallet' ? credential.address : credential.id;
  const digest = createHash('sha256').update(`${credential.kind}:${name}`).digest('hex');
  return `${credential.kind}-${digest.slice(0, 24)}`;
}
