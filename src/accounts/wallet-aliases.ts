/**
 * Maps a wallet to the user it signs in to, if that is not the user of the wallet itself.
 *
 * An alias is written before the credential it stands for, so a crash in between leaves an alias
 * without a matching credential. Readers check for the credential and ignore an alias without one.
 * Every change of an alias happens under the lock of its wallet, and an alias is removed only at
 * the generation at which it was read.
 *
 * On a shared store, that lock does not keep other replicas out. The alias is then the claim of the
 * wallet: the commit that creates a wallet's own user and the commit that adds a wallet to another
 * user write it as well, at the generation that was read. Of a sign-in and a link of one wallet at
 * once, one succeeds.
 */
import { z } from 'zod';
import { errorCodeOf, ServiceError } from '../errors.js';
import type { Address } from '../protocol/address.js';
import type { KeyedLock } from '../runtime/keyed-lock.js';
import { sealedCodec } from './sealed-codec.js';
import type { PlainChange, SealedDocuments } from './sealed-documents.js';
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
  readonly #isShared: boolean;

  /** `isShared` states whether other replicas use the store. */
  constructor(
    documents: SealedDocuments,
    ids: WalletIds,
    users: Users,
    lock: KeyedLock,
    isShared = false,
  ) {
    this.#isShared = isShared;
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

  /**
   * Returns whom this wallet signs in, and what the commit must also write if it creates the
   * wallet's own user. Both come from one read of the alias: a link that another replica commits
   * after it makes the commit conflict. The caller must be inside `exclusively`.
   */
  async forSignIn(
    address: Address,
  ): Promise<{ readonly userId: string; readonly claim: readonly PlainChange[] }> {
    const found = await this.#find(address);
    const holder = await this.#holderOf(found, address);
    if (holder !== undefined) return { userId: holder, claim: [] };
    const userId = this.#ids.walletUserId(address);
    if (!this.#isShared || (await this.#users.everExisted(userId))) return { userId, claim: [] };
    const id = this.#ids.walletAliasId(address);
    return { userId, claim: [this.#aliases.put(id, found?.generation ?? 0, { userId })] };
  }

  /**
   * Writes an alias for the user, or returns what the commit that adds the wallet must also write.
   * The caller must be inside `exclusively`. Rejects ERR_CREDENTIAL_IN_USE if the wallet has, or
   * had, a user of its own, or belongs to another user.
   */
  async claim(address: Address, userId: string): Promise<readonly PlainChange[]> {
    const own = this.#ids.walletUserId(address);
    if (own === userId) return [];
    if (await this.#users.everExisted(own)) throw new ServiceError('ERR_CREDENTIAL_IN_USE');
    const found = await this.#find(address);
    const holder = await this.#holderOf(found, address);
    if (holder !== undefined && holder !== userId) throw new ServiceError('ERR_CREDENTIAL_IN_USE');
    const id = this.#ids.walletAliasId(address);
    const generation = found?.generation ?? 0;
    if (this.#isShared) return [this.#aliases.put(id, generation, { userId })];
    await this.#aliases.commit(id, generation, { userId });
    return [];
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

  /** Returns the user whom an alias names, if that user has the wallet. */
  async #holderOf(
    alias: OpenedValue<Alias> | undefined,
    address: Address,
  ): Promise<string | undefined> {
    const userId = alias?.value.userId;
    if (userId === undefined) return undefined;
    return hasWallet(await this.#users.find(userId), address) ? userId : undefined;
  }

  #find(address: Address): Promise<OpenedValue<Alias> | undefined> {
    return this.#aliases.find(this.#ids.walletAliasId(address));
  }
}
