/** The receipts of accounts: one sealed document an account, of the latest run that finished. */
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import { removeDocument, replaceDocument } from '../accounts/single-writer.js';
import { ServiceError } from '../errors.js';
import { decodeUtf8, utf8 } from '../protocol/bytes.js';
import { type RunSubject, runIdOf } from './run-record.js';

const KIND = 'receipt';

export class Receipts {
  readonly #documents: SealedDocuments;

  constructor(documents: SealedDocuments) {
    this.#documents = documents;
  }

  /** The compact JWS. Rejects ERR_RECEIPT_NOT_FOUND. */
  async get(subject: RunSubject): Promise<string> {
    const found = await this.#documents.find(KIND, runIdOf(subject));
    const text = found === undefined ? undefined : decodeUtf8(found.plain);
    if (text === undefined) throw new ServiceError('ERR_RECEIPT_NOT_FOUND');
    return text;
  }

  /** Removes the receipts of a user: ids begin with the key's, and a key's with its user's. */
  async eraseUser(userId: string): Promise<void> {
    for await (const id of this.#documents.list(KIND)) {
      if (id.startsWith(`${userId}-`)) await removeDocument(this.#documents, KIND, id);
    }
  }

  /** Durable when it resolves; takes the place of an earlier one. */
  async save(subject: RunSubject, receipt: string): Promise<void> {
    await replaceDocument(this.#documents, KIND, runIdOf(subject), utf8(receipt));
  }
}
