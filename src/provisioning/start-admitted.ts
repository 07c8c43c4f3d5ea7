import { ServiceError } from '../errors.js';
import type { ActiveRun } from './active-run.js';
import type { AdmitRun } from './admit-run.js';
import type { BootstrapRuns } from './bootstrap-runs.js';
import type { RunSubject } from './run-record.js';

/**
 * Starts a run within the user's daily limit, or joins the active one. With `again`, an
 * account that the node has lost is provisioned again. A run that could not be made
 * durable does not count. Rejects ERR_BOOTSTRAP_LIMIT.
 */
export async function startAdmitted(
  admit: AdmitRun,
  runs: BootstrapRuns,
  subject: RunSubject,
  again: boolean,
): Promise<{ readonly active: ActiveRun; readonly joined: boolean }> {
  const { retryAfterMs, giveBack } = await admit(subject.userId);
  const active = runs.findActive(subject);
  if (active !== undefined) {
    giveBack();
    return { active, joined: true };
  }
  if (retryAfterMs !== undefined) {
    throw new ServiceError('ERR_BOOTSTRAP_LIMIT', { detail: { retryAfterMs } });
  }
  const started = runs.start(subject, { again });
  if (!(await started.durable)) giveBack();
  return { active: started, joined: false };
}
