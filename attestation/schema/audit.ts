/**
 * The audit trail of one user: entries in a chain, each naming the hash of the one before it.
 *
 * `hash(entry) = SHA-256("sealwright.audit.v1" ‖ 00 ‖ canonical JSON of the entry)`, and the first entry of a user names
 * `SHA-256("sealwright.audit.v1" ‖ 00 ‖ user id)`. So an entry that was taken out, moved or changed breaks the chain, and a
 * chain can not be passed off as somebody else's. Service and verifier both read this file, and share nothing else of it.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';

export const AUDIT_PURPOSE = 'sealwright.audit.v1';

/** Everything that is written down, with what its detail names. Never a message, a token or a signature. */
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
  'preference-changed', // name, value
  'key-created', // keyId, address
  'key-renamed', // keyId
  'key-archived', // keyId
  'key-unarchived', // keyId
  'review-created', // reviewId, keyId, digest, appOrigin, ruleId
  'signed', // keyId, digest, ruleId, via, appOrigin?, reviewId?
  'signature-refused', // keyId, digest, ruleId, code, via
  'bootstrap-started', // keyId, chainId, attempt
  'bootstrap-complete', // keyId, chainId, attempt
  'bootstrap-failed', // keyId, chainId, attempt, code
] as const;

export type AuditType = (typeof AUDIT_TYPES)[number];

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const detail = z.record(
  z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/),
  z.union([z.string().max(300), z.number().int(), z.boolean()]),
);

export const auditEntrySchema = z.strictObject({
  v: z.literal(1),
  /** From 1 for each user, without a gap. */
  seq: z.number().int().positive(),
  /** RFC 3339, the service's clock. */
  at: z.iso.datetime({ precision: 3 }),
  type: z.enum(AUDIT_TYPES),
  detail,
  /** Hash of the entry before, or the user's own beginning. */
  prev: hash,
});

/** The first line of an export; the entries follow, one a line. */
export const auditHeaderSchema = z.strictObject({
  export: z.literal(AUDIT_PURPOSE),
  user_id: z.string().regex(/^[a-z2-7]{32}$/),
  exported_at: z.iso.datetime({ precision: 3 }),
  /** The oldest entry that is still kept; older ones were dropped by the retention rule. */
  first_seq: z.number().int().positive(),
  entries: z.number().int().nonnegative(),
  /** Hash of the last entry: who noted it down can tell later whether the trail was cut since. */
  head: hash,
});

export type AuditEntry = z.infer<typeof auditEntrySchema>;
export type AuditHeader = z.infer<typeof auditHeaderSchema>;

const digest = (text: string): string =>
  createHash('sha256').update(AUDIT_PURPOSE).update(Uint8Array.of(0)).update(text).digest('hex');

/** What the first entry of a user names as the one before it. */
export const auditGenesisOf = (userId: string): string => digest(userId);

export const auditHashOf = (entry: AuditEntry): string => digest(canonicalize(entry) ?? '');
