/**
 * Verifies that a quote's signature chain ends at a trusted root. Each step has its own check: the
 * attestation key signed the report, the quoting enclave's report vouches for that key, the PCK
 * signed that report, and the PCK's certificates lead to the root. Collateral determines whether
 * the platform is up to date.
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

/** Returns a P-256 key from X ‖ Y. */
function keyOfPoint(point: Uint8Array, check: string): KeyObject {
  const part = (from: number): string =>
    Buffer.from(point.subarray(from, from + 32)).toString('base64url');
  try {
    return createPublicKey({
      key: { kty: 'EC', crv: 'P-256', x: part(0), y: part(32) },
      format: 'jwk',
    });
  } catch (cause) {
    throw new EvidenceError(check, 'the key is not a point of the curve', cause);
  }
}

function isSignature(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/**
 * Verifies a quote. Throws an EvidenceError of `quote.signature`, `quote.qe-report` or
 * `quote.pck-chain`.
 */
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

/**
 * The QE's report data must be SHA-256 of the attestation key and the authentication data, then 32
 * zero bytes.
 */
function verifyQeReport({ attestationKey, qeAuthData, qeReport }: UnverifiedQuote): void {
  const digest = createHash('sha256').update(attestationKey).update(qeAuthData).digest();
  const reportData = qeReport.subarray(QE_REPORT_DATA_AT);
  const expected = Buffer.concat([digest, Buffer.alloc(32)]);
  const same = reportData.length === 64 && timingSafeEqual(reportData, expected);
  expect(same, 'quote.qe-report', 'the QE does not vouch for the attestation key');
}
