/**
 * Which user a wallet signs in to, where that is not the user of the wallet itself.
 *
 * An alias is written before the credential that it stands for, so a crash in between leaves one that nobody's document
 * confirms: whoever reads an alias checks that, and takes an unconfirmed one for none.
 */
import { z } from 'zod';
import { ServiceError } from '../errors.js';
import type { Address } from '../protocol/address.js';
import { decodeUtf8, utf8 } from '../protocol/bytes.js';
import type { SealedDocuments } from './sealed-documents.js';
import { removeDocument, replaceDocument } from './single-writer.js';
import type { UserDocument } from './user-document.js';
import type { Users } from './users.js';

const KIND = 'wallet-alias';
const aliasSchema = z.strictObject({ userId: z.string() });

type WalletIds = {
  walletUserId(address: Address): string;
  walletAliasId(address: Address): string;
};

export const hasWallet = (user: UserDocument | undefined, address: Address): boolean =>
  user?.credentials.some((each) => each.kind === 'wallet' && each.address === address) === true;

export class WalletAliases {
  readonly #documents: SealedDocuments;
  readonly #ids: WalletIds;
  readonly #users: Users;

  constructor(documents: SealedDocuments, ids: WalletIds, users: Users) {
    this.#documents = documents;
    this.#ids = ids;
    this.#users = users;
  }

  /** The id of the user whom this wallet signs in. */
  async userIdOf(address: Address): Promise<string> {
    const alias = await this.#find(address);
    if (alias !== undefined && hasWallet(await this.#users.find(alias), address)) return alias;
    return this.#ids.walletUserId(address);
  }

  /** Rejects ERR_CREDENTIAL_IN_USE where the wallet is, or was, a user of its own or another's. */
  async claim(address: Address, userId: string): Promise<void> {
    const own = this.#ids.walletUserId(address);
    if (own === userId) return;
    if ((await this.#documents.find('user', own)) !== undefined) {
      throw new ServiceError('ERR_CREDENTIAL_IN_USE');
    }
    const id = this.#ids.walletAliasId(address);
    const holder = await this.#find(address);
    if (holder !== undefined && holder !== userId) {
      if (hasWallet(await this.#users.find(holder), address)) {
        throw new ServiceError('ERR_CREDENTIAL_IN_USE');
      }
    }
    await replaceDocument(this.#documents, KIND, id, utf8(JSON.stringify({ userId })));
  }

  /** Lets go of an alias that is this user's. */
  async release(address: Address, userId: string): Promise<void> {
    if ((await this.#find(address)) !== userId) return;
    await removeDocument(this.#documents, KIND, this.#ids.walletAliasId(address));
  }

  async #find(address: Address): Promise<string | undefined> {
    const opened = await this.#documents.find(KIND, this.#ids.walletAliasId(address));
    if (opened === undefined) return undefined;
    const parsed = aliasSchema.safeParse(JSON.parse(decodeUtf8(opened.plain) ?? 'null'));
    if (!parsed.success) throw new ServiceError('ERR_STATE_TAMPERED');
    return parsed.data.userId;
  }
}
