/**
 * The audit trail of a user: a hash chain of entries, each an entry of the user's log.
 *
 * A change and its entries become durable in one commit. The user's document states only where the
 * chain stood when the document was written: the next number and the hash of the entry before it.
 * A log that does not contain that entry was cut.
 *
 * Retention: at least the newest 32,768 entries.
 */
import { z } from 'zod';
import {
  type AuditEntry,
  auditGenesisOf,
  auditHashOf,
  type AuditType,
} from '../../attestation/schema/audit.js';

/** Number of entries that are kept for each user. */
export const KEPT_ENTRIES = 32_768;
/** Old entries are dropped when there are this many of them. */
export const DROPPED_AT_ONCE = 1_024;

/** The facts of an entry. Undefined members are omitted, and texts are cut to 300 characters. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | undefined>>;

const storedAudit = z.strictObject({
  /** The number of the oldest entry that is kept. */
  firstSeq: z.number().int().positive(),
  nextSeq: z.number().int().positive(),
  /** The hash of the last entry. */
  head: z.string().regex(/^[0-9a-f]{64}$/),
});

const liveAudit = storedAudit.extend({
  /** Entries that are not durable yet. Empty in a user that was read. */
  added: z.array(z.custom<AuditEntry>()),
});

/** The end of the chain, and the entries that the next commit appends. */
export type AuditState = z.infer<typeof liveAudit>;

/** The schema of the audit state inside the user's document, which contains no entries. */
export const auditStateSchema = z.codec(storedAudit, liveAudit, {
  decode: (stored) => ({ ...stored, added: [] }),
  encode: ({ added: _added, ...stored }) => stored,
});

type Audited = { readonly audit: AuditState };

/** Returns the audit state of a new user. */
export const emptyAudit = (userId: string): AuditState => ({
  firstSeq: 1,
  nextSeq: 1,
  head: auditGenesisOf(userId),
  added: [],
});

function cleanDetail(detail: AuditDetail): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(detail).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [[name, typeof value === 'string' ? value.slice(0, 300) : value]];
    }),
  );
}

/**
 * Returns the user with one more entry. The entry becomes durable with the commit of the user.
 */
export function withAudit<T extends Audited>(
  user: T,
  nowMs: number,
  type: AuditType,
  detail: AuditDetail = {},
): T {
  const { audit } = user;
  const entry: AuditEntry = {
    v: 1,
    seq: audit.nextSeq,
    at: new Date(nowMs).toISOString(),
    type,
    detail: cleanDetail(detail),
    prev: audit.head,
  };
  return {
    ...user,
    audit: {
      ...audit,
      nextSeq: audit.nextSeq + 1,
      head: auditHashOf(entry),
      added: [...audit.added, entry],
    },
  };
}

/** Returns the user as it is once its new entries are durable. */
export function withoutAdded<T extends Audited>(user: T): T {
  return user.audit.added.length === 0 ? user : { ...user, audit: { ...user.audit, added: [] } };
}

/** Returns the user without the old entries that the retention rule drops. */
export function withRetention<T extends Audited>(user: T): T {
  const { firstSeq, nextSeq } = user.audit;
  if (nextSeq - firstSeq < KEPT_ENTRIES + DROPPED_AT_ONCE) return user;
  return { ...user, audit: { ...user.audit, firstSeq: nextSeq - KEPT_ENTRIES } };
}

/**
 * Verifies that an entry follows a chain, and returns the chain with it. Returns undefined if not.
 */
export function follow(
  { nextSeq, head }: { readonly nextSeq: number; readonly head: string | undefined },
  entry: AuditEntry,
): { readonly nextSeq: number; readonly head: string } | undefined {
  const isNext = entry.seq === nextSeq && (head === undefined || entry.prev === head);
  return isNext ? { nextSeq: nextSeq + 1, head: auditHashOf(entry) } : undefined;
}
