/** Which collateral to ask for: the family and authority that a quote's own PCK names. */
import { readCaKind } from '../evidence/match-collateral.js';
import { parseChain } from '../evidence/certificates.js';
import { readPckExtension } from '../evidence/pck-extension.js';
import { parseQuote } from '../evidence/tdx-quote.js';
import { EvidenceError } from '../check.js';
import type { PlatformFamily } from './fetch-collateral.js';

/** Nothing is verified: it decides what to ask for, and what comes is judged. Throws an EvidenceError. */
export function readPlatformFamily(quote: Uint8Array): PlatformFamily {
  const [pck, ca] = parseChain(parseQuote(quote).pckChainPem, 'quote.pck-chain');
  if (pck === undefined || ca === undefined) {
    throw new EvidenceError('quote.pck-chain', 'there is no PCK certificate');
  }
  const { fmspc } = readPckExtension(pck);
  return { fmspc: Buffer.from(fmspc).toString('hex').toUpperCase(), ca: readCaKind(ca) };
}
