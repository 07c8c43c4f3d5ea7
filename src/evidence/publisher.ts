/**
 * Publishes evidence for `GET /attestation`: the boot's document, or a document for the caller's
 * nonce.
 *
 * All callers share two quotes at a time and a bounded queue, so they cannot exhaust the enclave or
 * the memory of the service.
 */
import type { AttestationDocument } from '../../attestation/schema/document.js';
import { bindNonce } from '../../attestation/schema/channel.js';
import { statementHashOf } from '../../attestation/schema/statement.js';
import { ServiceError } from '../errors.js';
import type { Enclave } from '../keys/enclave.js';
import { hex, parseHex } from '../protocol/bytes.js';
import type { Boot } from './boot.js';
import type { BootArchive } from './boot-archive.js';
import type { CollateralSource } from './collateral-source.js';
import { quoteDocument, quoteDocuments } from './quoted-document.js';
import { type QuoteBounds, SharedQuotes } from './shared-quotes.js';

/** The dependencies of a publisher. */
export type PublisherParts = {
  readonly boot: Boot;
  readonly enclave: Enclave;
  readonly archive: BootArchive;
  readonly clock: () => number;
  /** Called with the boot's quote, which identifies the platform. */
  readonly openCollateral: (quote: Uint8Array) => Promise<CollateralSource>;
};

const BOUNDS: QuoteBounds = { atOnce: 2, waiting: 4_096, retryAfterMs: 1_000 };

const withCollateral = (
  document: AttestationDocument,
  source: CollateralSource,
): AttestationDocument => {
  const collateral = source.current();
  return { ...document, collateral: collateral === null ? null : { ...collateral } };
};

/** Quotes and returns the documents of one boot. */
export class Publisher {
  readonly #parts: PublisherParts;
  readonly #bootDocument: AttestationDocument;
  readonly #collateral: CollateralSource;
  readonly #quotes: SharedQuotes<AttestationDocument>;
  /** The name of the boot's document, which receipts contain. */
  readonly bootStatementHash: string;

  private constructor(
    parts: PublisherParts,
    bootDocument: AttestationDocument,
    collateral: CollateralSource,
  ) {
    this.#parts = parts;
    this.#bootDocument = bootDocument;
    this.#collateral = collateral;
    const { boot, enclave, clock } = parts;
    this.#quotes = new SharedQuotes(
      (nonces) => quoteDocuments(boot, enclave, clock(), nonces),
      BOUNDS,
    );
    this.bootStatementHash = statementHashOf(bootDocument.statement);
  }

  /**
   * Quotes the boot's document and archives it. Rejects ERR_ENCLAVE_* or ERR_STORE_UNAVAILABLE, and
   * the service must then not start.
   */
  static async open(parts: PublisherParts): Promise<Publisher> {
    const { boot, enclave, archive, openCollateral } = parts;
    await archive.prune();
    const document = await quoteDocument(boot, enclave, boot.startedAtMs, null);
    const collateral = await openCollateral(parseHex(document.quote));
    // The collateral, if available, allows offline verification.
    await archive.keep(withCollateral(document, collateral), boot.startedAtMs);
    return new Publisher(parts, document, collateral);
  }

  /** Returns the boot's document with the latest collateral. */
  bootDocument(): AttestationDocument {
    return withCollateral(this.#bootDocument, this.#collateral);
  }

  /**
   * Returns a document for a nonce, bound to a TLS connection if its exporter value is given. Rejects ERR_ATTESTATION_BUSY if too many callers wait, and
   * ERR_ENCLAVE_* if the quote fails.
   */
  async documentFor(nonce: string, exporter?: Uint8Array): Promise<AttestationDocument> {
    if (exporter === undefined) {
      return withCollateral(await this.#quotes.quote(nonce), this.#collateral);
    }
    const document = await this.#quotes.quote(bindNonce(nonce, exporter));
    const bound = { ...document, channel_exporter: hex(exporter) };
    return withCollateral(bound, this.#collateral);
  }

  /** Returns a boot's document by its name. Rejects ERR_ATTESTATION_NOT_FOUND. */
  async archived(statementHash: string): Promise<AttestationDocument> {
    if (statementHash === this.bootStatementHash) return this.bootDocument();
    const found = /^[0-9a-f]{128}$/.test(statementHash)
      ? await this.#parts.archive.find(statementHash)
      : undefined;
    if (found === undefined) throw new ServiceError('ERR_ATTESTATION_NOT_FOUND');
    return found;
  }

  /** Stops refreshing the collateral. */
  close(): void {
    this.#collateral.close();
  }
}
