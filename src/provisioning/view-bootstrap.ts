/** The bootstrap of a key as the status route and the event stream return it. */
import type { BootstrapState } from '../api/bootstrap.js';
import type { UserDocument } from '../accounts/user-document.js';
import type { StepId } from '../bootstrap/steps.js';
import { ServiceError } from '../errors.js';
import { stepTimes, viewSteps } from './active-run.js';
import type { BootstrapRuns } from './bootstrap-runs.js';
import { type CompletedState, findComplete } from './completion.js';
import { publicCodeOf } from './public-code.js';
import { runIdOf, type RunRecord, type RunSubject } from './run-record.js';

/** Returns the view of a bootstrap. `user` must be current. */
export async function viewBootstrap(
  runs: BootstrapRuns,
  subject: RunSubject,
  user: UserDocument,
): Promise<BootstrapState> {
  const active = runs.findActive(subject);
  if (active !== undefined && (await active.durable)) {
    const atMs = runs.findExpectedAtMs(subject);
    return {
      state: 'executing',
      status: 'pending',
      steps: active.steps(),
      attempts: active.attempt,
      ...(atMs === undefined ? {} : { expectedAt: new Date(atMs).toISOString() }),
    };
  }
  const complete = findComplete(user, runIdOf(subject));
  if (complete !== undefined) {
    return {
      state: 'complete',
      status: 'complete',
      steps: viewSteps(complete.steps),
      attempts: complete.attempts,
      completedAt: new Date(complete.completedAtMs).toISOString(),
    };
  }
  const record = await runs.findRecord(subject);
  const lost = user.bootstraps[runIdOf(subject)];
  // Any other record is of the run that completed it.
  return lost !== undefined && record?.again !== true ? viewLost(lost) : viewRecord(record);
}

function viewLost({ attempts }: CompletedState): BootstrapState {
  const { code, retryable } = publicCodeOf(new ServiceError('ERR_BOOTSTRAP_ACCOUNT_LOST'));
  const failed = { state: 'failed', status: 'failed' } as const;
  return { ...failed, steps: viewSteps({}), attempts, errorCode: code, retryable };
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
