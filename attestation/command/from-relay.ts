import { parseBundle } from '../bundle.js';
import { isAttestedName } from '../channel/channel-name.js';
import { EvidenceError } from '../check.js';
import { parseStatement } from '../schema/statement.js';

/**
 * Returns whether a document came from a host that it does not attest. Such a document is neither
 * saved nor pinned. A document without a statement names no host.
 */
export function isFromRelay(bundleText: string, askedUrl: string): boolean {
  try {
    const { document } = parseBundle(bundleText);
    if (document === undefined) return false;
    return !isAttestedName(new URL(askedUrl), parseStatement(document.statement));
  } catch (error) {
    if (error instanceof EvidenceError) return false;
    throw error;
  }
}
