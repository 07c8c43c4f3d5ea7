/** The bootstrap of a key as the status route and the event stream return it. */
import type { BootstrapState } from '../api/bootstrap.js';
import type { UserDocument } from '../accounts/user-document.js';
import type { StepId } from '../bootstrap/steps.js';
import { stepTimes, viewSteps } from './active-run.js';
import type { BootstrapRuns } from './bootstrap-runs.js';
import { runIdOf, type RunRecord, type RunSubject } from './run-record.js';

/** Returns the view of a bootstrap. `user` must be current. */
export async function viewBootstrap(
  runs: BootstrapRuns,
  subject: RunSubject,
  user: UserDocument,
): Promise<BootstrapState> {
  const active = runs.findActive(subject);
  if (active !== undefined && (await active.durable)) {
    return {
      state: 'executing',
      status: 'pending',
      steps: active.steps(),
      attempts: active.attempt,
    };
  }
  const complete = user.bootstraps[runIdOf(subject)];
  if (complete !== undefined) {
    return {
      state: 'complete',
      status: 'complete',
      steps: viewSteps(complete.steps),
      attempts: complete.attempts,
      completedAt: new Date(complete.completedAtMs).toISOString(),
    };
  }
  return viewRecord(await runs.findRecord(subject));
}

function viewRecord(record: RunRecord | undefined): BootstrapState {
  if (record === undefined) {
    return { state: 'none', status: 'none', steps: viewSteps({}), attempts: 0 };
  }
  const { run, failure } = record;
  const times: Readonly<Partial<Record<StepId, number>>> = stepTimes(run.doneAtMs);
  const common = { steps: viewSteps(times), attempts: run.attempt };
  if (failure === undefined) return { state: 'executing', status: 'pending', ...common };
  return {
    state: 'failed',
    status: 'failed',
    ...common,
    errorCode: failure.errorCode,
    retryable: failure.retryable,
    ...(failure.retryable
      ? { nextAttemptAt: new Date(failure.nextAttemptAtMs).toISOString() }
      : {}),
  };
}
