/** Reads the facts of governance from a chain for a command. */
import { parseBundle } from '../bundle.js';
import { EvidenceError } from '../check.js';
import { parseEventLog, readBootFacts } from '../evidence/event-log.js';
import { ChainError } from '../governance/chain/chain-error.js';
import type {
  GovernanceQuestion,
  GovernanceSurroundings,
} from '../governance/chain/read-governance.js';
import type { ChainFacts } from '../governance/facts.js';
import { hex } from '../bytes.js';
import { UncheckableError } from './ask-service.js';

/**
 * Resolves to the facts. The library for contracts is loaded only here, because loading it takes
 * longer than the rest of the command. Rejects an UncheckableError whose message begins with a
 * code.
 */
export async function readChainFacts(
  question: GovernanceQuestion,
  around: GovernanceSurroundings,
): Promise<ChainFacts> {
  const { readGovernance } = await import('../governance/chain/read-governance.js');
  try {
    return await readGovernance(question, around);
  } catch (cause) {
    if (cause instanceof ChainError) throw new UncheckableError(cause.message, { cause });
    throw cause;
  }
}

/** Which application a document says that it is. Nothing of it is judged yet. */
export type ClaimedApplication = { readonly app: string; readonly composeHash: string };

/** Returns the application in the boot log of a document, or why there is none. */
export function findClaimedApplication(bundleText: string): ClaimedApplication | string {
  try {
    const log = parseEventLog(parseBundle(bundleText).evidence.event_log);
    const { appId, composeHash } = readBootFacts(log.filter(({ imr }) => imr === 3));
    if (appId.length !== 20) return 'the application id is not an address';
    return { app: `0x${hex(appId)}`, composeHash: hex(composeHash) };
  } catch (error) {
    if (error instanceof EvidenceError) return `the document cannot be read (${error.reason})`;
    throw error;
  }
}
