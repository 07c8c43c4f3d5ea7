/**
 * From bytes to a fact: a quote whose signature chain ends at a trusted root. Each step is the check of its name: the
 * attestation key signed the report, the quoting enclave's report vouches for that key, the PCK signed that report, and the
 * PCK's certificates lead to the root. Whether the platform is up to date is another question (collateral).
 */
import {
  createHash,
  createPublicKey,
  timingSafeEqual,
  verify,
  type KeyObject,
  type X509Certificate,
} from 'node:crypto';
import { EvidenceError, expect } from '../check.js';
import { parseChain, verifyChain } from './certificates.js';
import type { UnverifiedQuote } from './tdx-quote.js';

declare const verified: unique symbol;
/** A quote whose signatures were verified up to the trusted root. */
export type VerifiedQuote = UnverifiedQuote & { readonly [verified]: true };

const QE_REPORT_DATA_AT = 320;

/** A P-256 key from X ‖ Y. */
function keyOfPoint(point: Uint8Array, check: string): KeyObject {
  const part = (from: number): string =>
    Buffer.from(point.subarray(from, from + 32)).toString('base64url');
  try {
    return createPublicKey({
      key: { kty: 'EC', crv: 'P-256', x: part(0), y: part(32) },
      format: 'jwk',
    });
  } catch (cause) {
    throw new EvidenceError(check, 'the key is no point of the curve', cause);
  }
}

function isSignature(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** Throws an EvidenceError of `quote.signature`, `quote.qe-report` or `quote.pck-chain`. */
export function verifyQuote(
  quote: UnverifiedQuote,
  trustedRoot: X509Certificate,
  atMs: number,
): VerifiedQuote {
  const key = keyOfPoint(quote.attestationKey, 'quote.signature');
  const signed = isSignature(key, quote.signedBytes, quote.signature);
  expect(signed, 'quote.signature', 'the attestation key did not sign this report');
  verifyQeReport(quote);
  const chain = parseChain(quote.pckChainPem, 'quote.pck-chain');
  const [pck] = chain;
  expect(pck !== undefined, 'quote.pck-chain', 'there is no PCK certificate');
  const vouched = isSignature(pck.publicKey, quote.qeReport, quote.qeReportSignature);
  expect(vouched, 'quote.qe-report', 'the PCK did not sign the QE report');
  verifyChain(chain, trustedRoot, atMs, 'quote.pck-chain');
  return Object.assign(quote) as VerifiedQuote;
}

/** The QE's report data is SHA-256 of attestation key and authentication data, then 32 zero bytes. */
function verifyQeReport({ attestationKey, qeAuthData, qeReport }: UnverifiedQuote): void {
  const digest = createHash('sha256').update(attestationKey).update(qeAuthData).digest();
  const reportData = qeReport.subarray(QE_REPORT_DATA_AT);
  const expected = Buffer.concat([digest, Buffer.alloc(32)]);
  const same = reportData.length === 64 && timingSafeEqual(reportData, expected);
  expect(same, 'quote.qe-report', 'the QE does not vouch for the attestation key');
}
