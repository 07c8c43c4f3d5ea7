/** Reads audit trails from the logs of users. */
import type { AuditEntry } from '../../attestation/schema/audit.js';
import { ServiceError } from '../errors.js';
import { follow } from './audit-trail.js';
import type { SealedDocuments } from './sealed-documents.js';
import type { UserDocument } from './user-document.js';
import { userLogOf, userRecordCodec } from './user-log.js';

/** Reads the trail of a user. */
export type AuditLog = {
  /**
   * Returns at most `limit` entries, beginning with sequence number `fromSeq`. Rejects
   * ERR_STATE_TAMPERED if an entry is missing or the hash chain is broken.
   */
  read(user: UserDocument, fromSeq: number, limit: number): Promise<readonly AuditEntry[]>;
};

/** Creates the reader of trails. */
export function createAuditLog(documents: SealedDocuments): AuditLog {
  return {
    read: async ({ userId, audit }, fromSeq, limit) => {
      // Reading begins one entry early, so that the first entry is verified against the one before.
      const first = Math.max(audit.firstSeq, fromSeq - 1);
      const end = Math.min(audit.nextSeq, Math.max(fromSeq, first) + limit);
      const opened = await documents.readLog(userLogOf(userId), first, Math.max(0, end - first));
      const entries = opened.map(({ plain }) => userRecordCodec.decode(plain).entry);
      verifyChain(entries, first, end, end === audit.nextSeq ? audit.head : undefined);
      return entries.filter(({ seq }) => seq >= fromSeq).slice(0, limit);
    },
  };
}

/**
 * Verifies that the entries are those from `first` to before `end`, that each chains to the one
 * before it, and that the last one hashes to `head` if `head` is given. Throws ERR_STATE_TAMPERED.
 */
function verifyChain(
  entries: readonly AuditEntry[],
  first: number,
  end: number,
  head: string | undefined,
): void {
  let chain: { readonly nextSeq: number; readonly head: string | undefined } | undefined = {
    nextSeq: first,
    head: undefined,
  };
  for (const entry of entries) chain = chain && follow(chain, entry);
  const isWhole = chain?.nextSeq === Math.max(first, end);
  const hasEnd = head === undefined || chain?.head === undefined || chain.head === head;
  if (!isWhole || !hasEnd) throw new ServiceError('ERR_STATE_TAMPERED');
}

/** Returns the sequence number of the oldest entry that is kept. */
export const firstSeqOf = ({ audit }: UserDocument): number => audit.firstSeq;
