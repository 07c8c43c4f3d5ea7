/**
 * The audit trail of a user: a hash chain of entries.
 *
 * The end of the chain is part of the user's document, so a change and its entry become durable in
 * the same commit. Full segments move to documents of their own, which are written before the
 * commit that removes their entries from the user's document. A crash between the two leaves an
 * orphan, which the next attempt overwrites.
 *
 * Retention: the newest 1,024 closed segments of 32 entries and the open entries, at least 32,768
 * entries in total.
 */
import { z } from 'zod';
import {
  type AuditEntry,
  auditGenesisOf,
  auditHashOf,
  type AuditType,
} from '../../attestation/schema/audit.js';

/** Number of entries in a closed segment. */
export const SEGMENT_ENTRIES = 32;
/** Number of closed segments that are kept for each user. */
export const MAX_SEGMENTS = 1_024;

/** The facts of an entry. Undefined members are omitted, and texts are cut to 300 characters. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | undefined>>;

const index = z.number().int().nonnegative();

/** The schema of the audit state inside the user's document. */
export const auditStateSchema = z.strictObject({
  /** The index of the oldest segment that is kept. */
  firstSegment: index,
  /** The index of the next segment to close. */
  nextSegment: index,
  nextSeq: z.number().int().positive(),
  /** The hash of the last entry. */
  head: z.string().regex(/^[0-9a-f]{64}$/),
  /** Entries as JSON texts, which are parsed only when the trail is read, not on each request. */
  open: z.array(z.string()),
});

/** The part of the user's document that holds the open end of the chain. */
export type AuditState = z.infer<typeof auditStateSchema>;
type Audited = { readonly audit: AuditState };

/** Returns the audit state of a new user. */
export const emptyAudit = (userId: string): AuditState => ({
  firstSegment: 0,
  nextSegment: 0,
  nextSeq: 1,
  head: auditGenesisOf(userId),
  open: [],
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
 * Returns the user with one more entry. The entry becomes durable with the commit of the document.
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
      open: [...audit.open, JSON.stringify(entry)],
    },
  };
}

/** A full segment, to be stored in a document of its own. */
export type ClosedSegment = { readonly index: number; readonly entries: readonly string[] };

/**
 * Takes full segments out of the document. `dropped` lists the indexes of the segments that the
 * retention rule removes.
 */
export function closeSegments<T extends Audited>(
  user: T,
): {
  readonly user: T;
  readonly closed: readonly ClosedSegment[];
  readonly dropped: readonly number[];
} {
  const { audit } = user;
  const count = Math.floor(audit.open.length / SEGMENT_ENTRIES);
  if (count === 0) return { user, closed: [], dropped: [] };
  const closed = Array.from({ length: count }, (_, at) => ({
    index: audit.nextSegment + at,
    entries: audit.open.slice(at * SEGMENT_ENTRIES, (at + 1) * SEGMENT_ENTRIES),
  }));
  const nextSegment = audit.nextSegment + count;
  const firstSegment = Math.max(audit.firstSegment, nextSegment - MAX_SEGMENTS);
  return {
    user: {
      ...user,
      audit: {
        ...audit,
        firstSegment,
        nextSegment,
        open: audit.open.slice(count * SEGMENT_ENTRIES),
      },
    },
    closed,
    dropped: Array.from(
      { length: firstSegment - audit.firstSegment },
      (_, at) => audit.firstSegment + at,
    ),
  };
}
