/**
 * Opens the evidence of the service before it listens: the boot, its document and the key that
 * signs receipts.
 */
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import type { Ecdsa } from '../keys/ecdsa.js';
import type { Enclave } from '../keys/enclave.js';
import { type BootFacts, openBoot } from './boot.js';
import { BootArchive } from './boot-archive.js';
import type { CollateralSource } from './collateral-source.js';
import { Publisher } from './publisher.js';
import { createReceiptIssuer, type IssueReceipt } from './receipt-issuer.js';

/** The dependencies of the evidence. */
export type EvidenceParts = {
  readonly enclave: Enclave;
  readonly ecdsa: Ecdsa;
  readonly documents: SealedDocuments;
  /** Returns the names of the boot documents that other replicas may still refer to. */
  readonly findBootsInUse?: (() => Promise<ReadonlySet<string>>) | undefined;
  readonly openCollateral: (quote: Uint8Array) => Promise<CollateralSource>;
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
};

/** The evidence of a service that runs. */
export type Evidence = { readonly publisher: Publisher; readonly issueReceipt: IssueReceipt };

/**
 * Opens the evidence. Rejects ERR_ENCLAVE_* or ERR_STORE_*, and the service must then not start.
 */
export async function openEvidence(
  facts: Omit<BootFacts, 'agentVersion'>,
  parts: EvidenceParts,
): Promise<Evidence> {
  const { enclave, clock, openCollateral, documents, findBootsInUse, randomBytes } = parts;
  const boot = await openBoot({ ...facts, agentVersion: await enclave.getVersion() }, parts);
  const archive = new BootArchive(documents, findBootsInUse);
  const publisher = await Publisher.open({ boot, enclave, archive, clock, openCollateral });
  const { bootStatementHash } = publisher;
  return {
    publisher,
    issueReceipt: createReceiptIssuer(boot, archive, bootStatementHash, randomBytes),
  };
}
