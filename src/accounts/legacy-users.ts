/**
 * Migrates users of the first format, in which the user's document contained the open end of the
 * audit trail and full segments of 32 entries were documents of their own.
 *
 * A user is migrated when it is first opened, in one commit that writes the document, appends the
 * trail to the user's log and removes the segments. A crash therefore leaves a user in one format
 * or the other, and a start does not depend on the number of users.
 */
import { type AuditEntry, auditEntrySchema } from '../../attestation/schema/audit.js';
import { ServiceError } from '../errors.js';
import { follow } from './audit-trail.js';
import {
  type LegacyUser,
  legacySegmentCodec,
  legacySegmentId,
  SEGMENT_ENTRIES,
} from './legacy-user-document.js';
import type { PlainChange, SealedDocuments } from './sealed-documents.js';
import { type OpenedValue, typedDocuments } from './typed-documents.js';
import { userCodec } from './user-codec.js';
import type { UserDocument } from './user-document.js';
import { encodeRecords, userLogOf } from './user-log.js';

type Segment = { readonly id: string; readonly generation: number };
type Trail = { readonly entries: readonly AuditEntry[]; readonly segments: readonly Segment[] };

const parse = (texts: readonly string[]): readonly AuditEntry[] =>
  texts.map((text) => auditEntrySchema.parse(JSON.parse(text)));

function isChain(entries: readonly AuditEntry[]): boolean {
  let chain: { readonly nextSeq: number; readonly head: string | undefined } | undefined = {
    nextSeq: entries[0]?.seq ?? 1,
    head: undefined,
  };
  for (const entry of entries) chain = chain && follow(chain, entry);
  return chain !== undefined;
}

/**
 * Reads the newest part of a trail that is whole. A damaged segment and the ones before it are left
 * in place for the operator to examine; reading that part of the trail then rejects.
 */
async function readTrail(documents: SealedDocuments, user: LegacyUser): Promise<Trail> {
  const stored = typedDocuments(documents, legacySegmentCodec);
  const { firstSegment, nextSegment, open } = user.audit;
  let trail: Trail = { entries: parse(open), segments: [] };
  for (let segment = nextSegment - 1; segment >= firstSegment; segment -= 1) {
    const id = legacySegmentId(user.userId, segment);
    const found = await stored.find(id).catch(damaged);
    if (found === undefined) return trail;
    const entries = [...parse(found.value), ...trail.entries];
    if (!isChain(entries)) return trail;
    trail = { entries, segments: [...trail.segments, { id, generation: found.generation }] };
  }
  return trail;
}

function damaged(error: unknown): undefined {
  if (error instanceof ServiceError && error.code === 'ERR_STATE_TAMPERED') return undefined;
  throw error;
}

/** Migrates a user. Rejects ERR_STORE_CONFLICT if the user has changed in the meantime. */
export async function migrateUser(
  documents: SealedDocuments,
  { generation, value }: OpenedValue<LegacyUser>,
): Promise<void> {
  const { userId, audit } = value;
  const { entries, segments } = await readTrail(documents, value);
  const first = entries[0];
  if (first === undefined) throw new ServiceError('ERR_STATE_TAMPERED');
  const user: UserDocument = {
    ...value,
    version: 2,
    audit: {
      firstSeq: audit.firstSegment * SEGMENT_ENTRIES + 1,
      nextSeq: audit.nextSeq,
      head: audit.head,
      added: [],
    },
  };
  const removals = segments.map(({ id, generation: expected }): PlainChange => ({
    change: 'remove',
    kind: legacySegmentCodec.kind,
    id,
    expected,
  }));
  await documents.commit([
    typedDocuments(documents, userCodec).put(userId, generation, user),
    {
      change: 'append',
      log: userLogOf(userId),
      expected: first.seq,
      plain: encodeRecords(entries),
    },
    ...removals,
  ]);
}
