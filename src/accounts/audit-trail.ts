/**
 * The audit trail of a user: what was done, in a chain that breaks visibly.
 *
 * Owns: the open end of the chain, which is part of the user's document, so that a change and its entry are one commit and
 * neither is ever durable without the other. Full segments move to documents of their own, written before the commit that
 * lets go of them; a crash between the two leaves an orphan that the next attempt overwrites.
 *
 * Retention: the newest 1,024 closed segments of 32 entries and what is open, at least 32,768 entries.
 */
import { z } from 'zod';
import {
  type AuditEntry,
  auditGenesisOf,
  auditHashOf,
  type AuditType,
} from '../../attestation/schema/audit.js';

export const SEGMENT_ENTRIES = 32;
export const MAX_SEGMENTS = 1_024;

/** What an entry says besides its place and time; undefined members are left out. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | undefined>>;

const index = z.number().int().nonnegative();

export const auditStateSchema = z.strictObject({
  /** Index of the oldest segment that is kept, and of the next one to close. */
  firstSegment: index,
  nextSegment: index,
  nextSeq: z.number().int().positive(),
  /** Hash of the last entry. */
  head: z.string().regex(/^[0-9a-f]{64}$/),
  /** Entries as JSON, one a text: they are read when the trail is, not with each request. */
  open: z.array(z.string()),
});

export type AuditState = z.infer<typeof auditStateSchema>;
type Audited = { readonly audit: AuditState };

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

/** The user with one entry more; it is durable with the commit of the document. */
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

/** A segment that is full, as it is to be kept beside the document. */
export type ClosedSegment = { readonly index: number; readonly entries: readonly string[] };

/** Takes full segments out of the document; `dropped` are the indexes that the retention rule lets go. */
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
