import { isSpaceMissing } from '../bootstrap/node-replies.js';
import type { BootstrapRun } from '../bootstrap/run.js';
import { findMissing } from '../bootstrap/verify-account.js';
import type { ProvisioningContext } from './provisioning-context.js';
import type { RunRecord } from './run-record.js';
import { createSealedRootSigner } from './sealed-root-signer.js';

const REPAIRS = 2;

/**
 * Reads a completed account back with the sessions of its run and writes what is missing. Returns
 * `interrupted` if this could not finish now, or if the node keeps losing what it acknowledged, and
 * `no-space` if the node does not host a space. The record then stays for a later try.
 */
export async function readBack(
  context: ProvisioningContext,
  { subject, run }: RunRecord,
  signal: AbortSignal,
  repair: (run: BootstrapRun) => Promise<BootstrapRun>,
): Promise<'whole' | 'repaired' | 'interrupted' | 'no-space'> {
  let current = run;
  try {
    const { owner } = await createSealedRootSigner(context, subject);
    for (let repairs = 0; repairs <= REPAIRS; repairs += 1) {
      const missing = await findMissing(current, owner, context.engine, signal);
      if (missing.length === 0) return repairs === 0 ? 'whole' : 'repaired';
      const done = current.done.filter((id) => !missing.includes(id));
      current = await repair({ ...current, attempt: current.attempt + 1, done });
    }
  } catch (error) {
    // Anything that failed is tried again later.
    if (isSpaceMissing(error)) return 'no-space';
  }
  return 'interrupted';
}
