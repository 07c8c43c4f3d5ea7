import { ServiceError } from '../errors.js';
import type { ActiveRun } from './active-run.js';
import type { BootstrapRuns } from './bootstrap-runs.js';
import type { RunRecord, RunSubject } from './run-record.js';

/** Counts a run that a user sets off; with `retryAfterMs` there were too many. */
export type AdmitRun = (userId: string) => Promise<{
  readonly retryAfterMs: number | undefined;
  /** For a run that was not started after all. */
  readonly giveBack: () => void;
}>;

/** Starts a run within the user's daily number, or joins the one that is active. Rejects ERR_BOOTSTRAP_LIMIT. */
export async function startAdmitted(
  admit: AdmitRun,
  runs: BootstrapRuns,
  subject: RunSubject,
  record: RunRecord | undefined,
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
  return { active: runs.start(subject, record), joined: false };
}
