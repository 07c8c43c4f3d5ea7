/**
 * What `GET /attestation` answers: the boot's own document, or one over a caller's nonce.
 *
 * All quotes of the process share one bounded queue to the enclave, so that callers can take neither its time nor our memory.
 */
import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import type { AttestationDocument } from '../../attestation/schema/document.js';
import { statementHashOf } from '../../attestation/schema/statement.js';
import { ServiceError } from '../errors.js';
import type { Enclave } from '../keys/enclave.js';
import type { Boot } from './boot.js';
import type { BootArchive } from './boot-archive.js';
import { quoteDocument } from './quoted-document.js';

type Collateral = AttestationDocument['collateral'];

/** Where Intel's data about this platform come from. PORT; never rejects, and answers at once with what it has. */
export type CollateralSource = { current(): Collateral };

export type PublisherParts = {
  readonly boot: Boot;
  readonly enclave: Enclave;
  readonly archive: BootArchive;
  readonly clock: () => number;
  readonly collateral: CollateralSource;
};

const QUOTES_AT_ONCE = 2;
const QUEUE_LENGTH = 64;
const RETRY_AFTER_MS = 1_000;

export class Publisher {
  readonly #parts: PublisherParts;
  readonly #bootDocument: AttestationDocument;
  readonly #queue = bulkhead(QUOTES_AT_ONCE, QUEUE_LENGTH);
  /** The name of the boot's document, which receipts carry. */
  readonly bootStatementHash: string;

  private constructor(parts: PublisherParts, bootDocument: AttestationDocument) {
    this.#parts = parts;
    this.#bootDocument = bootDocument;
    this.bootStatementHash = statementHashOf(bootDocument.statement);
  }

  /** Quotes the boot's document and archives it. Rejects ERR_ENCLAVE_*, ERR_STORE_UNAVAILABLE: then nothing may start. */
  static async open(parts: PublisherParts): Promise<Publisher> {
    const { boot, enclave, archive } = parts;
    await archive.prune();
    const document = await quoteDocument(boot, enclave, boot.startedAtMs, null);
    await archive.keep(document, boot.startedAtMs);
    return new Publisher(parts, document);
  }

  bootDocument(): AttestationDocument {
    return { ...this.#bootDocument, collateral: this.#parts.collateral.current() };
  }

  /** Rejects ERR_ATTESTATION_BUSY where the queue is full, ERR_ENCLAVE_* where no quote can be had. */
  async documentFor(nonce: string): Promise<AttestationDocument> {
    const { boot, enclave, clock, collateral } = this.#parts;
    try {
      const document = await this.#queue.execute(() =>
        quoteDocument(boot, enclave, clock(), nonce),
      );
      return { ...document, collateral: collateral.current() };
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      throw new ServiceError('ERR_ATTESTATION_BUSY', { detail: { retryAfterMs: RETRY_AFTER_MS } });
    }
  }

  /** A boot's document by its name. Rejects ERR_ATTESTATION_NOT_FOUND. */
  async archived(statementHash: string): Promise<AttestationDocument> {
    if (statementHash === this.bootStatementHash) return this.bootDocument();
    const found = /^[0-9a-f]{128}$/.test(statementHash)
      ? await this.#parts.archive.find(statementHash)
      : undefined;
    if (found === undefined) throw new ServiceError('ERR_ATTESTATION_NOT_FOUND');
    return found;
  }
}
