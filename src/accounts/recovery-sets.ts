/**
 * Maps a set of recovery codes to its user.
 *
 * A set is written before the user's document refers to it and removed after the document has
 * another one, so a crash in between leaves a set that no document refers to. Readers compare, and
 * ignore such a set.
 */
import { z } from 'zod';
import { sealedCodec } from './sealed-codec.js';
import type { SealedDocuments } from './sealed-documents.js';
import { type TypedDocuments, typedDocuments } from './typed-documents.js';
import type { UserDocument } from './user-document.js';
import type { Users } from './users.js';

type Owner = { readonly userId: string };

/** The codec of a set. Its id is a keyed hash of the part of a code that names the set. */
export const recoverySetCodec = sealedCodec<Owner>(
  'recovery-set',
  z.strictObject({ userId: z.string() }),
);

type SetIds = { recoverySetId(setId: string): string };

/** The sets of recovery codes. */
export class RecoverySets {
  readonly #sets: TypedDocuments<Owner>;
  readonly #ids: SetIds;
  readonly #users: Users;

  constructor(documents: SealedDocuments, ids: SetIds, users: Users) {
    this.#sets = typedDocuments(documents, recoverySetCodec);
    this.#ids = ids;
    this.#users = users;
  }

  /** Returns the user whose codes belong to this set. */
  async ownerOf(setId: string): Promise<UserDocument | undefined> {
    const found = await this.#sets.find(this.#ids.recoverySetId(setId));
    const user = found && (await this.#users.find(found.value.userId));
    return user?.recovery?.setId === setId ? user : undefined;
  }

  /** Writes a new set. Rejects ERR_STORE_CONFLICT if a set of this name exists. */
  async create(setId: string, userId: string): Promise<void> {
    await this.#sets.commit(this.#ids.recoverySetId(setId), 0, { userId });
  }

  /** Removes a set, or does nothing if it does not exist. */
  async remove(setId: string): Promise<void> {
    await this.#sets.remove(this.#ids.recoverySetId(setId));
  }
}
