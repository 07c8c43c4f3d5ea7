/** The receipts of accounts: one sealed document per account, for its latest completed run. */
import { z } from 'zod';
import { sealedTextCodec } from '../accounts/sealed-codec.js';
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import { type TypedDocuments, typedDocuments } from '../accounts/typed-documents.js';
import { ServiceError } from '../errors.js';
import { type RunSubject, runIdOf } from './run-record.js';

/** The codec of a receipt, which is a compact JWS. */
export const receiptCodec = sealedTextCodec('receipt', z.string().min(1));

/** Stores receipts. */
export class Receipts {
  readonly #documents: TypedDocuments<string>;

  constructor(documents: SealedDocuments) {
    this.#documents = typedDocuments(documents, receiptCodec);
  }

  /** Returns the compact JWS. Rejects ERR_RECEIPT_NOT_FOUND. */
  async get(subject: RunSubject): Promise<string> {
    const found = await this.#documents.find(runIdOf(subject));
    if (found === undefined) throw new ServiceError('ERR_RECEIPT_NOT_FOUND');
    return found.value;
  }

  /**
   * Removes the receipts of a user. Ids of receipts begin with the id of the key, which begins with
   * the id of the user.
   */
  async eraseUser(userId: string): Promise<void> {
    for await (const id of this.#documents.list()) {
      if (id.startsWith(`${userId}-`)) await this.#documents.remove(id);
    }
  }

  /** Stores a receipt in place of an earlier one. It is durable when the promise resolves. */
  async save(subject: RunSubject, receipt: string): Promise<void> {
    await this.#documents.replace(runIdOf(subject), receipt);
  }
}
