/**
 * The log of a user. Each record is an entry of the audit trail, and may carry a change of the
 * user's grants.
 *
 * A signature changes nothing of a user but its trail and its grants. It therefore appends one
 * record, and the user's document stays as it is. The document as it was written, followed by the
 * records since then, is the user.
 */
import { z } from 'zod';
import { type AuditEntry, auditEntrySchema } from '../../attestation/schema/audit.js';
import { ServiceError } from '../errors.js';
import { follow } from './audit-trail.js';
import { sealedRecordCodec } from './sealed-codec.js';
import type { OpenedEntry } from './sealed-documents.js';
import { signedGrantSchema, type SignedGrant, type UserDocument } from './user-document.js';

const grantsChange = z.strictObject({
  /** The indexes of the grants that are no longer listed. */
  dropped: z.array(z.number().int().nonnegative()).exactOptional(),
  /** Grants that follow the ones that stay. */
  added: z.array(signedGrantSchema).exactOptional(),
});

/** A change of the list of grants. */
type GrantsChange = z.infer<typeof grantsChange>;

const recordSchema = z.strictObject({
  entry: auditEntrySchema,
  grants: grantsChange.exactOptional(),
});

/** A record of the log. */
export type UserRecord = z.infer<typeof recordSchema>;

/** The codec of a record. The log has the name `userLogOf` its user. */
export const userRecordCodec = sealedRecordCodec<UserRecord>('user-record', recordSchema);

/** Returns the name of a user's log. */
export const userLogOf = (userId: string): string => `user-${userId}`;

/**
 * Returns what changed in a list of grants, or undefined if it cannot be expressed as a change: the
 * user's document is written in that case.
 */
function grantsChangeOf(
  before: readonly SignedGrant[],
  after: readonly SignedGrant[],
): GrantsChange | undefined {
  const kept = new Set(after);
  const known = new Set(before);
  const dropped = before.flatMap((grant, index) => (kept.has(grant) ? [] : [index]));
  const added = after.filter((grant) => !known.has(grant));
  const result = [...before.filter((grant) => kept.has(grant)), ...added];
  if (!result.every((grant, index) => grant === after[index])) return undefined;
  return {
    ...(dropped.length === 0 ? {} : { dropped }),
    ...(added.length === 0 ? {} : { added }),
  };
}

type Unrecorded = Omit<UserDocument, 'audit' | 'grants'>;

const unrecordedOf = ({ audit: _audit, grants: _grants, ...rest }: UserDocument): Unrecorded =>
  rest;

/** Returns whether two users differ only in what records contain. */
function differOnlyInRecords(before: UserDocument, after: UserDocument): boolean {
  const known = new Map<string, unknown>(Object.entries(unrecordedOf(before)));
  const entries = Object.entries(unrecordedOf(after));
  return (
    entries.length === known.size && entries.every(([name, value]) => known.get(name) === value)
  );
}

/**
 * Returns the change of the grants if records can contain everything that changed, or undefined if
 * the user's document must be written.
 */
export function recordedChange(
  before: UserDocument,
  after: UserDocument,
): GrantsChange | undefined {
  const { audit } = after;
  if (audit.added.length === 0 || audit.firstSeq !== before.audit.firstSeq) return undefined;
  if (!differOnlyInRecords(before, after)) return undefined;
  return grantsChangeOf(before.grants, after.grants);
}

/** Encodes new entries as records. The last one carries the change of the grants. */
export function encodeRecords(
  entries: readonly AuditEntry[],
  grants: GrantsChange = {},
): readonly Uint8Array[] {
  return entries.map((entry, index) => {
    const isLast = index === entries.length - 1;
    const carries = isLast && Object.keys(grants).length > 0;
    return userRecordCodec.encode(carries ? { entry, grants } : { entry });
  });
}

/** Returns the user after the records that follow its document. Throws ERR_STATE_TAMPERED. */
export function withRecords(user: UserDocument, records: readonly OpenedEntry[]): UserDocument {
  let chain: { readonly nextSeq: number; readonly head: string } = user.audit;
  let { grants } = user;
  for (const { plain } of records) {
    const record = userRecordCodec.decode(plain);
    const next = follow(chain, record.entry);
    if (next === undefined) throw new ServiceError('ERR_STATE_TAMPERED');
    chain = next;
    const { dropped = [], added = [] } = record.grants ?? {};
    if (dropped.length + added.length === 0) continue;
    const gone = new Set(dropped);
    grants = [...grants.filter((_, index) => !gone.has(index)), ...added];
  }
  const { nextSeq, head } = chain;
  return records.length === 0 ? user : { ...user, grants, audit: { ...user.audit, nextSeq, head } };
}
