/**
 * Creates evidence documents. Each contains a statement, a quote over it and everything an auditor
 * needs to verify both.
 */
import { EvidenceError } from '../../attestation/check.js';
import { parseQuote } from '../../attestation/evidence/tdx-quote.js';
import type { AttestationDocument } from '../../attestation/schema/document.js';
import {
  encodeStatement,
  IDENTITY_KEY_PATH,
  IDENTITY_KEY_PURPOSE,
  reportDataOf,
} from '../../attestation/schema/statement.js';
import { ServiceError } from '../errors.js';
import type { Enclave, EnclaveInfo, EnclaveQuote } from '../keys/enclave.js';
import { hex, parseHex } from '../protocol/bytes.js';
import { type Asked, type Boot, stateOf } from './boot.js';
import { NonceTree } from './nonce-tree.js';

/** The members of a document that each caller has for itself. */
export type OwnMembers = Pick<
  AttestationDocument,
  'request_nonce' | 'nonce_proof' | 'channel_exporter'
>;
/** The members of a document that callers share. */
export type SharedEvidence = Omit<AttestationDocument, keyof OwnMembers>;
/** The evidence for one nonce. */
export type NonceDocument = { readonly shared: SharedEvidence; readonly own: OwnMembers };

/** Stated where the service does not end TLS itself. */
const GATEWAY_LIMIT = 'TLS ends at the gateway, so a relay can pass on a genuine document.';
/** Stated in every document so that readers do not overestimate what it proves. */
const KNOWN_LIMITS: readonly string[] = [
  'A complete volume that was rolled back cannot be distinguished from a current one.',
  'Anyone who may allow a compose hash for this application id can run code that gets the same keys.',
  'Measurements are taken at start. They do not prove that nothing else runs now.',
];

/**
 * Creates documents for nonces that share a quote, in their order. One nonce alone is in the
 * statement itself. Rejects ERR_ENCLAVE_REPLY if the quote does not cover the statement.
 */
export async function quoteDocuments(
  boot: Boot,
  enclave: Enclave,
  nowMs: number,
  nonces: readonly string[],
): Promise<readonly NonceDocument[]> {
  const [only, ...others] = nonces;
  if (only === undefined) return [];
  if (others.length === 0) {
    const shared = await quoteDocument(boot, enclave, nowMs, only);
    return [{ shared, own: { request_nonce: only } }];
  }
  const tree = new NonceTree(nonces.map(parseHex));
  const asked = { root: hex(tree.root), size: tree.size };
  const shared = await quoteDocument(boot, enclave, nowMs, asked);
  return nonces.map((nonce, index) => ({
    shared,
    own: { request_nonce: nonce, nonce_proof: { index, path: tree.pathOf(index).map(hex) } },
  }));
}

/**
 * Creates the evidence for this time. Rejects ERR_ENCLAVE_REPLY if the quote does not cover the
 * statement.
 */
export async function quoteDocument(
  boot: Boot,
  enclave: Enclave,
  nowMs: number,
  asked: Asked,
): Promise<SharedEvidence> {
  const statement = encodeStatement(stateOf(boot, nowMs, asked));
  const reportData = reportDataOf(statement);
  const quoted = await enclave.getQuote(reportData);
  verifyReportData(quoted, reportData);
  const quote = hex(quoted.quote);
  return {
    version: 1,
    mode: boot.simulated ? 'simulated' : 'tdx',
    statement,
    binding: { alg: 'sha512', report_data: hex(reportData) },
    proof_of_possession: {
      alg: 'ecdsa-secp256k1-sha256',
      key_id: 'identity',
      signature: hex(boot.provePossession(reportData)),
    },
    key_custody: custodyOf(boot),
    quote,
    intel_quote: quote,
    event_log: quoted.eventLog,
    vm_config: quoted.vmConfig,
    report_data: hex(reportData),
    signing_public_key: boot.custody.publicKey,
    app_compose: boot.info.appCompose,
    compose_hash: boot.info.composeHash,
    app_id: boot.info.appId,
    instance_id: boot.info.instanceId,
    os_image_hash: boot.info.osImageHash,
    tcb_info: tcbInfoOf(boot.info),
    agent_version: boot.agentVersion,
    collateral: null,
    known_limits: [...(boot.tls === undefined ? [GATEWAY_LIMIT] : []), ...KNOWN_LIMITS],
  };
}

function verifyReportData({ quote }: EnclaveQuote, reportData: Uint8Array): void {
  try {
    const same = Buffer.compare(parseQuote(quote).report.reportData, reportData) === 0;
    if (same) return;
  } catch (cause) {
    if (cause instanceof EvidenceError) throw new ServiceError('ERR_ENCLAVE_REPLY', { cause });
    throw cause;
  }
  throw new ServiceError('ERR_ENCLAVE_REPLY');
}

function custodyOf({ custody, info }: Boot): AttestationDocument['key_custody'] {
  return {
    path: IDENTITY_KEY_PATH,
    purpose: IDENTITY_KEY_PURPOSE,
    algorithm: 'secp256k1',
    public_key: custody.publicKey,
    signature_chain: [...custody.signatureChain],
    key_provider: { ...info.keyProvider },
  };
}

function tcbInfoOf(info: EnclaveInfo): AttestationDocument['tcb_info'] {
  return {
    ...info.measurements,
    os_image_hash: info.osImageHash,
    compose_hash: info.composeHash,
    device_id: info.deviceId,
  };
}
