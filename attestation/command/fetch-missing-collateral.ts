import { parseBundle } from '../bundle.js';
import { EvidenceError } from '../check.js';
import { collateralServiceOf } from '../collect/collateral-service.js';
import { fetchCollateral } from '../collect/fetch-collateral.js';
import { readPlatformFamily } from '../collect/platform-family.js';
import { reasonOf } from '../failure-reason.js';
import { UncheckableError } from './ask-service.js';

/** The collateral to judge with, and what the reader of the report must know about it. */
export type GatheredCollateral = {
  /** Undefined for the document's own collateral. */
  readonly collateral?: unknown;
  readonly notes: readonly string[];
};

const unused = (why: string): GatheredCollateral => ({ notes: [`--pccs was not used: ${why}.`] });

/**
 * Fetches the collateral of a bundle that has none. The notes say why nothing was fetched. Rejects
 * an UncheckableError if the service of that name cannot be used.
 */
export async function fetchMissingCollateral(
  bundleText: string,
  name: string,
  nowMs: number,
): Promise<GatheredCollateral> {
  const quote = quoteToFetchFor(bundleText);
  if (typeof quote === 'string') return unused(quote);
  try {
    const family = readPlatformFamily(quote);
    return {
      collateral: await fetchCollateral(collateralServiceOf(name), family, { nowMs }),
      notes: [],
    };
  } catch (cause) {
    if (cause instanceof EvidenceError) {
      return unused(`the platform of the quote cannot be read (${cause.reason})`);
    }
    const why = reasonOf(cause) ?? (cause instanceof Error ? cause.message : 'no answer');
    throw new UncheckableError(`no collateral could be fetched from ${name}: ${why}`, { cause });
  }
}

/** Returns the bytes of the quote, or why no collateral is needed or can be fetched. */
function quoteToFetchFor(bundleText: string): Uint8Array | string {
  try {
    const { evidence } = parseBundle(bundleText);
    if (evidence.collateral !== undefined && evidence.collateral !== null) {
      return 'the document contains collateral';
    }
    return new Uint8Array(Buffer.from(evidence.quote, 'hex'));
  } catch (error) {
    if (error instanceof EvidenceError) return `the document cannot be read (${error.reason})`;
    throw error;
  }
}
