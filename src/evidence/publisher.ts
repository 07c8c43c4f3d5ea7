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
import { SharedJson } from '../runtime/shared-json.js';
import type { Boot } from './boot.js';
import type { BootArchive } from './boot-archive.js';
import type { CollateralSource } from './collateral-source.js';
import {
  type NonceDocument,
  type OwnMembers,
  quoteDocument,
  quoteDocuments,
  type SharedEvidence,
} from './quoted-document.js';
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

/** A document: the members of its own, and what it shares with others. */
export type PublishedDocument = {
  readonly own: OwnMembers;
  readonly shared: SharedJson<SharedEvidence>;
};

type Collateral = ReturnType<CollateralSource['current']>;

const withCollateral = (evidence: SharedEvidence, collateral: Collateral): SharedEvidence => ({
  ...evidence,
  collateral: collateral === null ? null : { ...collateral },
});

/** The own members of a document that nobody asked for with a nonce. */
const OF_BOOT: OwnMembers = { request_nonce: null };

/** Quotes and returns the documents of one boot. */
export class Publisher {
  readonly #parts: PublisherParts;
  readonly #bootEvidence: SharedEvidence;
  readonly #collateral: CollateralSource;
  readonly #quotes: SharedQuotes<NonceDocument>;
  /** The latest encoding of evidence that callers share. */
  readonly #encoded = new WeakMap<
    SharedEvidence,
    { readonly collateral: Collateral; readonly json: SharedJson<SharedEvidence> }
  >();
  /** The name of the boot's document, which receipts contain. */
  readonly bootStatementHash: string;

  private constructor(
    parts: PublisherParts,
    bootEvidence: SharedEvidence,
    collateral: CollateralSource,
  ) {
    this.#parts = parts;
    this.#bootEvidence = bootEvidence;
    this.#collateral = collateral;
    const { boot, enclave, clock } = parts;
    this.#quotes = new SharedQuotes(
      (nonces) => quoteDocuments(boot, enclave, clock(), nonces),
      BOUNDS,
    );
    this.bootStatementHash = statementHashOf(bootEvidence.statement);
  }

  /**
   * Quotes the boot's document and archives it. Rejects ERR_ENCLAVE_* or ERR_STORE_UNAVAILABLE, and
   * the service must then not start.
   */
  static async open(parts: PublisherParts): Promise<Publisher> {
    const { boot, enclave, archive, openCollateral } = parts;
    await archive.prune();
    const evidence = await quoteDocument(boot, enclave, boot.startedAtMs, null);
    const collateral = await openCollateral(parseHex(evidence.quote));
    // The collateral, if available, allows offline verification.
    const document = { ...withCollateral(evidence, collateral.current()), ...OF_BOOT };
    await archive.keep(document, boot.startedAtMs);
    return new Publisher(parts, evidence, collateral);
  }

  /** Returns the boot's document with the latest collateral. */
  bootDocument(): PublishedDocument {
    return this.#publish(this.#bootEvidence, OF_BOOT);
  }

  /**
   * Returns a document for a nonce, bound to a TLS connection if its exporter value is given.
   * Rejects ERR_ATTESTATION_BUSY if too many callers wait, and ERR_ENCLAVE_* if the quote fails.
   */
  async documentFor(nonce: string, exporter?: Uint8Array): Promise<PublishedDocument> {
    if (exporter === undefined) {
      const { shared, own } = await this.#quotes.quote(nonce);
      return this.#publish(shared, own);
    }
    const { shared, own } = await this.#quotes.quote(bindNonce(nonce, exporter));
    return this.#publish(shared, { ...own, channel_exporter: hex(exporter) });
  }

  /** Adds the latest collateral, and encodes what callers share once. */
  #publish(evidence: SharedEvidence, own: OwnMembers): PublishedDocument {
    return { own, shared: this.#encode(evidence, this.#collateral.current()) };
  }

  #encode(evidence: SharedEvidence, collateral: Collateral): SharedJson<SharedEvidence> {
    const known = this.#encoded.get(evidence);
    if (known?.collateral === collateral) return known.json;
    const json = new SharedJson(withCollateral(evidence, collateral));
    this.#encoded.set(evidence, { collateral, json });
    return json;
  }

  /** Returns a boot's document by its name. Rejects ERR_ATTESTATION_NOT_FOUND. */
  async archived(
    statementHash: string,
  ): Promise<PublishedDocument | { readonly body: AttestationDocument }> {
    if (statementHash === this.bootStatementHash) return this.bootDocument();
    const found = /^[0-9a-f]{128}$/.test(statementHash)
      ? await this.#parts.archive.find(statementHash)
      : undefined;
    if (found === undefined) throw new ServiceError('ERR_ATTESTATION_NOT_FOUND');
    return { body: found };
  }

  /** Stops refreshing the collateral. */
  close(): void {
    this.#collateral.close();
  }
}
