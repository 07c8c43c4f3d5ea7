/**
 * Closed segments of audit trails. Each is a sealed document beside the user's document, and it
 * does not change once the user's document refers to it.
 */
import { z } from 'zod';
import { type AuditEntry, auditEntrySchema, auditHashOf } from '../../attestation/schema/audit.js';
import { ServiceError } from '../errors.js';
import { type ClosedSegment, SEGMENT_ENTRIES } from './audit-trail.js';
import { sealedCodec } from './sealed-codec.js';
import type { SealedDocuments } from './sealed-documents.js';
import { typedDocuments } from './typed-documents.js';
import type { UserDocument } from './user-document.js';

/** The codec of a closed segment: a list of entries, each as a JSON text. */
export const auditSegmentCodec = sealedCodec<string[]>(
  'audit',
  z.array(z.string()).length(SEGMENT_ENTRIES),
);

/** Parses entries that are JSON texts. Throws ERR_STATE_TAMPERED. */
function parseEntries(texts: readonly string[]): readonly AuditEntry[] {
  try {
    return texts.map((text) => auditEntrySchema.parse(JSON.parse(text)));
  } catch (cause) {
    throw new ServiceError('ERR_STATE_TAMPERED', { cause });
  }
}

const idOf = (userId: string, index: number): string => `${userId}-${index}`;

/** Stores and reads the closed segments of audit trails. */
export type AuditSegments = {
  /** Writes a segment. It is durable when the promise resolves. */
  keep(userId: string, segment: ClosedSegment): Promise<void>;
  remove(userId: string, index: number): Promise<void>;
  /**
   * Returns at most `limit` entries, beginning with sequence number `fromSeq`. Rejects
   * ERR_STATE_TAMPERED if the hash chain is broken.
   */
  read(user: UserDocument, fromSeq: number, limit: number): Promise<readonly AuditEntry[]>;
};

/** Creates the store of closed segments. */
export function createAuditSegments(documents: SealedDocuments): AuditSegments {
  const segments = typedDocuments(documents, auditSegmentCodec);

  async function open(userId: string, index: number): Promise<readonly AuditEntry[]> {
    const opened = await segments.find(idOf(userId, index));
    if (opened === undefined) throw new ServiceError('ERR_STATE_TAMPERED');
    return parseEntries(opened.value);
  }

  return {
    keep: (userId, { index, entries }) => segments.replace(idOf(userId, index), [...entries]),
    remove: (userId, index) => segments.remove(idOf(userId, index)),
    read: async (user, fromSeq, limit) => {
      const { firstSegment, nextSegment } = user.audit;
      const entries: AuditEntry[] = [];
      // Reading begins with the entry before `fromSeq`, so that the first entry of a segment is
      // verified against the last one of the segment before.
      const from = Math.max(firstSegment, Math.floor((fromSeq - 2) / SEGMENT_ENTRIES));
      const isEnough = (): boolean => (entries.at(-1)?.seq ?? 0) >= fromSeq + limit - 1;
      for (let index = from; index < nextSegment && !isEnough(); index += 1) {
        entries.push(...(await open(user.userId, index)));
      }
      const reachesEnd = !isEnough();
      if (reachesEnd) entries.push(...parseEntries(user.audit.open));
      verifyChain(entries, reachesEnd ? user.audit.head : undefined);
      return entries.filter(({ seq }) => seq >= fromSeq).slice(0, limit);
    },
  };
}

/**
 * Verifies that each entry chains to the one before it, and that the last one hashes to `head` if
 * `head` is given. Throws ERR_STATE_TAMPERED.
 */
function verifyChain(entries: readonly AuditEntry[], head: string | undefined): void {
  const hashes = entries.map(auditHashOf);
  const isChained = entries.every(
    ({ prev, seq }, at) =>
      at === 0 || (prev === hashes[at - 1] && seq === (entries[at - 1]?.seq ?? 0) + 1),
  );
  const last = hashes.at(-1);
  if (!isChained || (head !== undefined && last !== undefined && last !== head)) {
    throw new ServiceError('ERR_STATE_TAMPERED');
  }
}

/** Returns the sequence number of the oldest entry that is kept. */
export const firstSeqOf = ({ audit }: UserDocument): number =>
  audit.firstSegment * SEGMENT_ENTRIES + 1;
