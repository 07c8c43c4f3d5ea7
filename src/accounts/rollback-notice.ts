/**
 * The notice that a shared store became older than a replica has seen, because its operator
 * restored a backup or promoted a standby that lacked commits.
 *
 * The replica that notices leaves a document. No replica starts while it exists, unless the
 * measured file sets STATE_RESTORED=1: the start then removes the document, and the evidence of
 * that boot states the setting. The document does not need to be opened, because whoever could
 * forge it can also withhold the store.
 */
import { z } from 'zod';
import { errorCodeOf, ServiceError } from '../errors.js';
import { sealedCodec } from './sealed-codec.js';
import type { SealedDocuments } from './sealed-documents.js';
import { typedDocuments } from './typed-documents.js';

const ID = 'noticed';

/** The codec of the notice, which names the replica that left it. */
export const rollbackNoticeCodec = sealedCodec('rollback', z.strictObject({ replica: z.string() }));

/** Leaves the notice. Another replica may have left it before. */
export async function leaveRollbackNotice(
  documents: SealedDocuments,
  replica: string,
): Promise<void> {
  try {
    await typedDocuments(documents, rollbackNoticeCodec).commit(ID, 0, { replica });
  } catch (error) {
    if (errorCodeOf(error) !== 'ERR_STORE_CONFLICT') throw error;
  }
}

/**
 * Rejects ERR_STATE_ROLLED_BACK if there is a notice. With `isAccepted`, removes the notice
 * instead.
 */
export async function requireNoRollback(
  documents: SealedDocuments,
  isAccepted: boolean,
): Promise<void> {
  const notices = typedDocuments(documents, rollbackNoticeCodec);
  if (isAccepted) return notices.remove(ID);
  if ((await documents.generationOf(rollbackNoticeCodec.kind, ID)) === 0) return;
  throw new ServiceError('ERR_STATE_ROLLED_BACK');
}
