/**
 * The audit trail of one user: a chain of entries, each with the hash of the one before it.
 *
 * `hash(entry) = SHA-256("sealwright.audit.v1" ‖ 00 ‖ canonical JSON of the entry)`, and the first
 * entry of a user contains `SHA-256("sealwright.audit.v1" ‖ 00 ‖ user id)`. Removing, moving or
 * changing an entry therefore breaks the chain, and a chain cannot be passed off as that of another
 * user. This file is the only code for audit trails that the service and the verifier share.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';

/** The domain separator of the hashes. */
export const AUDIT_PURPOSE = 'sealwright.audit.v1';

/**
 * Everything that is recorded, with the names in its detail. Entries never contain a message, a
 * token or a signature.
 */
export const AUDIT_TYPES = [
  'account-created', // credential
  'signed-in', // sessionId, transport, credential
  'sign-in-refused', // code, credential
  'signed-out', // sessionId
  'session-revoked', // sessionId, by
  'session-reused', // sessionId: a token came back after it was replaced, so the session was ended
  'credential-added', // credential
  'credential-renamed', // credential
  'credential-removed', // credential
  'credential-unblocked', // credential: the owner trusts a passkey again that was marked as cloned
  'recovery-codes-created',
  'recovery-code-used', // left
  'preference-changed', // name, value
  'app-stopped', // appOrigin, sessions: how many sessions of the app were ended
  'key-created', // keyId, address
  'key-renamed', // keyId
  'key-archived', // keyId
  'key-unarchived', // keyId
  'key-exported', // keyId
  'review-created', // reviewId, keyId, digest, appOrigin, ruleId
  'signed', // keyId, digest, ruleId, via, appOrigin?, reviewId?
  'signature-refused', // keyId, digest, ruleId, code, via
  'bootstrap-started', // keyId, chainId, attempt
  'bootstrap-complete', // keyId, chainId, attempt
  'bootstrap-failed', // keyId, chainId, attempt, code
] as const;

/** The type of an entry. */
export type AuditType = (typeof AUDIT_TYPES)[number];

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const detail = z.record(
  z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/),
  z.union([z.string().max(300), z.number().int(), z.boolean()]),
);

/** The schema of an entry. */
export const auditEntrySchema = z.strictObject({
  v: z.literal(1),
  /** Counts from 1 for each user, without gaps. */
  seq: z.number().int().positive(),
  /** RFC 3339, by the clock of the service. */
  at: z.iso.datetime({ precision: 3 }),
  type: z.enum(AUDIT_TYPES),
  detail,
  /** The hash of the previous entry, or the genesis hash of the user. */
  prev: hash,
});

/** The first line of an export. One entry per line follows. */
export const auditHeaderSchema = z.strictObject({
  export: z.literal(AUDIT_PURPOSE),
  user_id: z.string().regex(/^[a-z2-7]{32}$/),
  exported_at: z.iso.datetime({ precision: 3 }),
  /** The oldest entry that is kept. The retention rule has removed older ones. */
  first_seq: z.number().int().positive(),
  entries: z.number().int().nonnegative(),
  /**
   * The hash of the last entry. Anyone who has noted it can later detect that the trail was
   * truncated.
   */
  head: hash,
});

/** One entry of an audit trail. */
export type AuditEntry = z.infer<typeof auditEntrySchema>;
/** The header of an export. */
export type AuditHeader = z.infer<typeof auditHeaderSchema>;

const digest = (text: string): string =>
  createHash('sha256').update(AUDIT_PURPOSE).update(Uint8Array.of(0)).update(text).digest('hex');

/** Returns the hash that the first entry of a user contains in place of a previous entry's. */
export const auditGenesisOf = (userId: string): string => digest(userId);

/** Returns the hash of an entry. */
export const auditHashOf = (entry: AuditEntry): string => digest(canonicalize(entry) ?? '');
