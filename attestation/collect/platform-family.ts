/**
 * Determines which collateral to fetch: that of the family and authority in the quote's own PCK
 * certificate.
 */
import { readCaKind } from '../evidence/match-collateral.js';
import { parseChain } from '../evidence/certificates.js';
import { readPckExtension } from '../evidence/pck-extension.js';
import { parseQuote } from '../evidence/tdx-quote.js';
import { EvidenceError } from '../check.js';
import type { PlatformFamily } from './fetch-collateral.js';

/**
 * Reads the family without verifying anything, because the fetched collateral is judged later.
 * Throws an EvidenceError.
 */
export function readPlatformFamily(quote: Uint8Array): PlatformFamily {
  const [pck, ca] = parseChain(parseQuote(quote).pckChainPem, 'quote.pck-chain');
  if (pck === undefined || ca === undefined) {
    throw new EvidenceError('quote.pck-chain', 'there is no PCK certificate');
  }
  const { fmspc } = readPckExtension(pck, true);
  return { fmspc: Buffer.from(fmspc).toString('hex').toUpperCase(), ca: readCaKind(ca) };
}
