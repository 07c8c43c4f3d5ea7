import type { BootstrapRun } from '../bootstrap/run.js';
import { findMissing } from '../bootstrap/verify-account.js';
import type { ProvisioningContext } from './provisioning-context.js';
import type { RunRecord } from './run-record.js';
import { createSealedRootSigner } from './sealed-root-signer.js';

const REPAIRS = 2;

/**
 * Reads a finished account back with the sessions of its run and writes what is missing. Returns `interrupted` where it could not
 * be done now, or where the node loses again what it acknowledged: the record stays, and a later try takes it up.
 */
export async function readBack(
  context: ProvisioningContext,
  { subject, run }: RunRecord,
  signal: AbortSignal,
  repair: (run: BootstrapRun) => Promise<BootstrapRun>,
): Promise<'whole' | 'repaired' | 'interrupted'> {
  let current = run;
  try {
    const { owner } = await createSealedRootSigner(context, subject);
    for (let repairs = 0; repairs <= REPAIRS; repairs += 1) {
      const missing = await findMissing(current, owner, context.engine, signal);
      if (missing.length === 0) return repairs === 0 ? 'whole' : 'repaired';
      const done = current.done.filter((id) => !missing.includes(id));
      current = await repair({ ...current, attempt: current.attempt + 1, done });
    }
  } catch {
    // Whatever could not be done now is tried again.
  }
  return 'interrupted';
}
