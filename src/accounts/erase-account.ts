/**
 * Deletes an account. The order of the writes makes every crash recoverable.
 *
 * | commit | durable                                                | after a crash, the next start |
 * | ------ | ------------------------------------------------------ | ----------------------------- |
 * | 1      | the tombstone, the removal of the user's log, and a    | erases what the note lists    |
 * |        | note of what else to erase                             |                               |
 * | 2      | removal of runs, receipts, codes and aliases           | repeats the erasure           |
 * | 3      | removal of the note                                    | finds nothing left to do      |
 */
import { z } from 'zod';
import { type Address, isAddress } from '../protocol/address.js';
import type { AuthorizedChange } from './authorized-change.js';
import { legacySegmentCodec, legacySegmentId } from './legacy-user-document.js';
import type { RecoverySets } from './recovery-sets.js';
import { sealedCodec } from './sealed-codec.js';
import type { SealedDocuments } from './sealed-documents.js';
import { type TypedDocuments, typedDocuments } from './typed-documents.js';
import type { UserDocument } from './user-document.js';
import type { Users } from './users.js';
import type { WalletAliases } from './wallet-aliases.js';

const noteSchema = z.strictObject({
  userId: z.string(),
  wallets: z.array(z.custom<Address>((value) => typeof value === 'string' && isAddress(value))),
  /** The number of segments of an audit trail of the first format. */
  segments: z.number().int().nonnegative().exactOptional(),
  recoverySetId: z.string().exactOptional(),
});

type Note = z.infer<typeof noteSchema>;

/**
 * The codec of the note that lists what a deletion still has to erase. Its id is the id of the
 * user.
 */
export const erasureCodec = sealedCodec<Note>('erasure', noteSchema);

/** The dependencies of a deletion. */
export type ErasureParts = {
  readonly documents: SealedDocuments;
  readonly users: Users;
  readonly aliases: WalletAliases;
  readonly recoverySets: RecoverySets;
  /** Erases the runs and receipts of a user. */
  readonly eraseRuns: (userId: string) => Promise<void>;
};

/**
 * Deletes the user of an authorized change and returns its last document. Rejects what the change
 * throws, and ERR_ACCOUNT_DELETED.
 */
export type EraseAccount = (deletion: AuthorizedChange) => Promise<UserDocument>;

const noteOf = (user: UserDocument): Note => ({
  userId: user.userId,
  wallets: user.credentials.flatMap((each) => (each.kind === 'wallet' ? [each.address] : [])),
  ...(user.recovery === undefined ? {} : { recoverySetId: user.recovery.setId }),
});

const notesOf = ({ documents }: ErasureParts): TypedDocuments<Note> =>
  typedDocuments(documents, erasureCodec);

/** Creates the use case that deletes accounts. */
export function createEraseAccount(parts: ErasureParts): EraseAccount {
  const notes = notesOf(parts);
  return async (deletion) => {
    const user = await parts.users.remove(deletion, (document) => [
      notes.put(document.userId, 0, noteOf(document)),
    ]);
    await finish(parts, notes, noteOf(user));
    return user;
  };
}

async function finish(
  { documents, aliases, recoverySets, eraseRuns }: ErasureParts,
  notes: TypedDocuments<Note>,
  { userId, wallets, segments = 0, recoverySetId }: Note,
): Promise<void> {
  const legacySegments = typedDocuments(documents, legacySegmentCodec);
  for (let segment = 0; segment < segments; segment += 1) {
    await legacySegments.remove(legacySegmentId(userId, segment));
  }
  for (const wallet of wallets) {
    await aliases.exclusively(wallet, () => aliases.release(wallet, userId));
  }
  if (recoverySetId !== undefined) await recoverySets.remove(recoverySetId);
  await eraseRuns(userId);
  await notes.remove(userId);
}

/**
 * Finishes deletions that an earlier process or another replica began. Repeating it has no further
 * effect. Rejects ERR_STATE_TAMPERED for a note that cannot be trusted.
 */
export async function finishErasures(parts: ErasureParts): Promise<void> {
  const notes = notesOf(parts);
  for await (const userId of notes.list()) {
    const found = await notes.find(userId);
    if (found === undefined) continue;
    // The first format wrote the note before the tombstone.
    const lives = (await parts.users.find(userId)) !== undefined;
    if (lives) await notes.remove(userId);
    else await finish(parts, notes, found.value);
  }
}
