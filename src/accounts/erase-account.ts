/**
 * Deletion of an account: what is written where, and in which order, so that a crash leaves nothing half deleted.
 *
 * | step | durable                          | a crash after it                                              |
 * | ---- | -------------------------------- | ------------------------------------------------------------- |
 * | 1    | a note of what is to be erased   | the account lives: the next start drops the note              |
 * | 2    | the user's document: deleted     | the account is gone: the next start erases what the note says |
 * | 3    | audit, runs, receipts, aliases   | the next start does it again                                  |
 * | 4    | the note is removed              | nothing is left but that there was an account                 |
 */
import { z } from 'zod';
import { ServiceError } from '../errors.js';
import { type Address, isAddress } from '../protocol/address.js';
import { decodeUtf8, utf8 } from '../protocol/bytes.js';
import type { SealedDocuments } from './sealed-documents.js';
import { removeDocument, replaceDocument } from './single-writer.js';
import type { UserDocument } from './user-document.js';
import type { Users } from './users.js';
import type { WalletAliases } from './wallet-aliases.js';

const KIND = 'erasure';
const noteSchema = z.strictObject({
  userId: z.string(),
  wallets: z.array(z.custom<Address>((value) => typeof value === 'string' && isAddress(value))),
  segments: z.number().int().nonnegative(),
});

type Note = z.infer<typeof noteSchema>;

export type ErasureParts = {
  readonly documents: SealedDocuments;
  readonly users: Users;
  readonly aliases: WalletAliases;
  readonly clock: () => number;
  /** Erases the runs and receipts of a user. */
  readonly eraseRuns: (userId: string) => Promise<void>;
};

/** Deletes a user; `check` sees the user as it is and may throw. Rejects ERR_ACCOUNT_DELETED. */
export type EraseAccount = (
  userId: string,
  check: (user: UserDocument) => void,
) => Promise<UserDocument>;

const noteOf = (user: UserDocument): Note => ({
  userId: user.userId,
  wallets: user.credentials.flatMap((each) => (each.kind === 'wallet' ? [each.address] : [])),
  segments: user.audit.nextSegment,
});

export function createEraseAccount(parts: ErasureParts): EraseAccount {
  const { documents, users, clock } = parts;
  return async (userId, check) => {
    let note: Note | undefined;
    const user = await users.remove(
      userId,
      async (document) => {
        check(document);
        note = noteOf(document);
        await replaceDocument(documents, KIND, userId, utf8(JSON.stringify(note)));
      },
      clock(),
    );
    if (note !== undefined) await finish(parts, note);
    return user;
  };
}

async function finish(
  { documents, users, aliases, eraseRuns }: ErasureParts,
  note: Note,
): Promise<void> {
  const { userId, wallets, segments } = note;
  for (let index = 0; index < segments; index += 1) await users.audit.remove(userId, index);
  for (const wallet of wallets) await aliases.release(wallet, userId);
  await eraseRuns(userId);
  await removeDocument(documents, KIND, userId);
}

/** Finishes what a former process began. */
export async function finishErasures(parts: ErasureParts): Promise<void> {
  const { documents, users } = parts;
  for await (const userId of documents.list(KIND)) {
    const opened = await documents.find(KIND, userId);
    if (opened === undefined) continue;
    const parsed = noteSchema.safeParse(JSON.parse(decodeUtf8(opened.plain) ?? 'null'));
    if (!parsed.success) throw new ServiceError('ERR_STATE_TAMPERED');
    const lives = (await users.find(userId)) !== undefined;
    if (lives) await documents.remove(KIND, userId, opened.generation);
    else await finish(parts, parsed.data);
  }
}
