/**
 * The document of one user: who may sign in, which keys there are, what was allowed, which sessions live.
 *
 * One document is one atomic commit. Nothing in it is a secret key or a token: keys are derived again at each use and
 * compared with the address here, sessions and challenges are hashes.
 */
import { z } from 'zod';
import { ServiceError } from '../errors.js';
import { type Address, isAddress } from '../protocol/address.js';
import { decodeUtf8, utf8 } from '../protocol/bytes.js';

const timeMs = z.number().int().nonnegative();
const address = z.custom<Address>((value) => typeof value === 'string' && isAddress(value));

const walletCredential = z.strictObject({ kind: z.literal('wallet'), address, addedAtMs: timeMs });

const userKey = z.strictObject({
  id: z.string(),
  address,
  /** Which derivation, and how often it was raised to fall into the curve's range. */
  version: z.literal(1),
  counter: z.number().int().nonnegative(),
  label: z.string().max(100),
  createdAtMs: timeMs,
  archivedAtMs: timeMs.exactOptional(),
});

const session = z.strictObject({
  id: z.string(),
  hash: z.string(),
  transport: z.enum(['bearer', 'cookie']),
  createdAtMs: timeMs,
  expiresAtMs: timeMs,
});

/** What is known of an account that was provisioned; a run that is not finished has a document of its own. */
const completedBootstrap = z.strictObject({
  completedAtMs: timeMs,
  verifiedAtMs: timeMs,
  attempts: z.number().int().positive(),
  steps: z.record(z.string(), timeMs),
  reprovisionedAtMs: z.array(timeMs).max(10),
});

const userDocument = z.strictObject({
  version: z.literal(1),
  userId: z.string(),
  createdAtMs: timeMs,
  credentials: z.array(walletCredential).max(20),
  keys: z.array(userKey).max(100),
  preferences: z.strictObject({ autoSignEnabled: z.boolean(), delegateSignEnabled: z.boolean() }),
  sessions: z.array(session).max(50),
  usedChallenges: z.array(z.strictObject({ hash: z.string(), expiresAtMs: timeMs })).max(100),
  bootstraps: z.record(z.string(), completedBootstrap),
});

export type UserDocument = z.infer<typeof userDocument>;
export type UserKey = z.infer<typeof userKey>;
export type UserSession = z.infer<typeof session>;
export type CompletedBootstrap = z.infer<typeof completedBootstrap>;

export function encodeUserDocument(document: UserDocument): Uint8Array {
  return utf8(JSON.stringify(document));
}

/** Throws ERR_STATE_TAMPERED: what was sealed here is what comes back, or somebody else held the key. */
export function decodeUserDocument(bytes: Uint8Array): UserDocument {
  try {
    return userDocument.parse(JSON.parse(decodeUtf8(bytes) ?? ''));
  } catch (cause) {
    throw new ServiceError('ERR_STATE_TAMPERED', { cause });
  }
}

/** A user who has just signed in with a wallet for the first time, without keys or sessions. */
export function createWalletUser(userId: string, wallet: Address, nowMs: number): UserDocument {
  return {
    version: 1,
    userId,
    createdAtMs: nowMs,
    credentials: [{ kind: 'wallet', address: wallet, addedAtMs: nowMs }],
    keys: [],
    preferences: { autoSignEnabled: true, delegateSignEnabled: false },
    sessions: [],
    usedChallenges: [],
    bootstraps: {},
  };
}
