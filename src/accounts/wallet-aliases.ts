/**
 * Maps a wallet to the user it signs in to, if that is not the user of the wallet itself.
 *
 * An alias is written before the credential it stands for, so a crash in between leaves an alias
 * without a matching credential. Readers check for the credential and ignore an alias without one.
 * Every change of an alias happens under the lock of its wallet, and an alias is removed only at
 * the generation at which it was read.
 */
import { z } from 'zod';
import { errorCodeOf, ServiceError } from '../errors.js';
import type { Address } from '../protocol/address.js';
import type { KeyedLock } from '../runtime/keyed-lock.js';
import { sealedCodec } from './sealed-codec.js';
import type { SealedDocuments } from './sealed-documents.js';
import { type OpenedValue, type TypedDocuments, typedDocuments } from './typed-documents.js';
import type { UserDocument } from './user-document.js';
import type { Users } from './users.js';

type Alias = { readonly userId: string };

/** The codec of an alias. Its id is a keyed hash of the wallet's address. */
export const walletAliasCodec = sealedCodec<Alias>(
  'wallet-alias',
  z.strictObject({ userId: z.string() }),
);

type WalletIds = {
  walletUserId(address: Address): string;
  walletAliasId(address: Address): string;
};

/** Returns whether the user can sign in with this wallet. */
export const hasWallet = (user: UserDocument | undefined, address: Address): boolean =>
  user?.credentials.some((each) => each.kind === 'wallet' && each.address === address) === true;

/** The aliases of wallets that sign in to another account than their own. */
export class WalletAliases {
  readonly #aliases: TypedDocuments<Alias>;
  readonly #ids: WalletIds;
  readonly #users: Users;
  readonly #lock: KeyedLock;

  constructor(documents: SealedDocuments, ids: WalletIds, users: Users, lock: KeyedLock) {
    this.#aliases = typedDocuments(documents, walletAliasCodec);
    this.#ids = ids;
    this.#users = users;
    this.#lock = lock;
  }

  /**
   * Runs work under the lock of a wallet. Sign-in, linking and unlinking of one wallet thus never
   * overlap.
   */
  exclusively<T>(address: Address, work: () => Promise<T>): Promise<T> {
    return this.#lock.run(address, work);
  }

  /** Returns the id of the user whom this wallet signs in. */
  async userIdOf(address: Address): Promise<string> {
    const alias = (await this.#find(address))?.value.userId;
    if (alias !== undefined && hasWallet(await this.#users.find(alias), address)) return alias;
    return this.#ids.walletUserId(address);
  }

  /**
   * Writes an alias for the user. The caller must be inside `exclusively`. Rejects
   * ERR_CREDENTIAL_IN_USE if the wallet has, or had, a user of its own, or belongs to another user.
   */
  async claim(address: Address, userId: string): Promise<void> {
    const own = this.#ids.walletUserId(address);
    if (own === userId) return;
    if (await this.#users.everExisted(own)) throw new ServiceError('ERR_CREDENTIAL_IN_USE');
    const holder = (await this.#find(address))?.value.userId;
    if (holder !== undefined && holder !== userId) {
      if (hasWallet(await this.#users.find(holder), address)) {
        throw new ServiceError('ERR_CREDENTIAL_IN_USE');
      }
    }
    await this.#aliases.replace(this.#ids.walletAliasId(address), { userId });
  }

  /** Removes the alias if it belongs to this user. The caller must be inside `exclusively`. */
  async release(address: Address, userId: string): Promise<void> {
    const found = await this.#find(address);
    if (found === undefined || found.value.userId !== userId) return;
    try {
      await this.#aliases.removeAt(this.#ids.walletAliasId(address), found.generation);
    } catch (error) {
      // Another user has claimed the wallet in the meantime, so the alias is theirs.
      if (errorCodeOf(error) !== 'ERR_STORE_CONFLICT') throw error;
    }
  }

  #find(address: Address): Promise<OpenedValue<Alias> | undefined> {
    return this.#aliases.find(this.#ids.walletAliasId(address));
  }
}
