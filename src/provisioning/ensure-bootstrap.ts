/**
 * `ensureTinyCloudBootstrapForApprovedSign`: after a signature, determines whether it is an app's
 * sign-in to a TinyCloud account that does not exist yet, and provisions the account. The caller
 * receives the signature whatever happens here.
 */
import { ServiceError } from '../errors.js';
import type { AfterSign, ApprovedSign, BootstrapOutcome } from '../signing/bootstrap-port.js';
import type { ActiveRun } from './active-run.js';
import type { BootstrapRuns } from './bootstrap-runs.js';
import { findComplete, isGivenUp } from './completion.js';
import { followElsewhere } from './follow-elsewhere.js';
import { judgeApprovedSign } from './judge-approved-sign.js';
import type { ProvisioningContext } from './provisioning-context.js';
import { publicCodeOf } from './public-code.js';
import type { Reverifications } from './reverifications.js';
import { failedOutcome, waitOf } from './run-failure.js';
import { runIdOf, type RunRecord, type RunSubject } from './run-record.js';
import { startAdmitted } from './start-admitted.js';
import { withinDeadline } from '../runtime/within-deadline.js';

/** What the hook depends on. */
export type HookPlace = {
  readonly context: ProvisioningContext;
  readonly runs: BootstrapRuns;
  readonly reverifications: Reverifications;
};

/** Creates the hook that runs after each signature. It never rejects. */
export function createAfterSign(place: HookPlace): AfterSign {
  const { context } = place;
  return async (approved, untilMs) => {
    try {
      return await ensureTinyCloudBootstrapForApprovedSign(place, approved, untilMs);
    } catch (error) {
      const { code, retryable } = publicCodeOf(error);
      context.report('bootstrap-failed', { keyId: approved.key.id, code, retryable });
      const retryAfterMs = error instanceof ServiceError ? error.detail['retryAfterMs'] : undefined;
      return {
        status: 'failed',
        state: 'failed',
        errorCode: code,
        retryable,
        ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
      };
    }
  };
}

/**
 * Provisions the account of an approved sign-in and waits for the outcome until `untilMs`.
 * Rejects ERR_BOOTSTRAP_LIMIT and store errors.
 */
export async function ensureTinyCloudBootstrapForApprovedSign(
  { context, runs, reverifications }: HookPlace,
  approved: ApprovedSign,
  untilMs: number,
): Promise<BootstrapOutcome> {
  const { settings, engine } = context;
  const verdict = judgeApprovedSign(approved.request, approved.key.address, {
    enabled: settings.enabled,
    chainIds: settings.chainIds,
    autoSignEnabled: approved.user.preferences.autoSignEnabled,
    nowMs: engine.clock(),
  });
  if (!verdict.open) return { status: 'skipped', state: 'skipped', reason: verdict.reason };
  const subject = subjectOf(context, approved, verdict.owner.chainId);
  const isComplete = findComplete(approved.user, runIdOf(subject)) !== undefined;
  // An account that is already complete needs no consent, but creating one does.
  if (approved.hook === 'not-shown' && !isComplete) {
    return { status: 'skipped', state: 'skipped', reason: 'not-shown' };
  }
  const active = runs.findActive(subject);
  const withinBudget = outcomeWithin(runs, subject, untilMs);
  if (active !== undefined) return withinBudget(active, 'locked');
  if (isComplete) {
    reverifications.lookWhenOld(subject, approved.user);
    return { status: 'complete', state: 'cache-hit' };
  }
  const record = await runs.findRecord(subject);
  const lost = approved.user.bootstraps[runIdOf(subject)];
  if (lost !== undefined && record?.again !== true && isGivenUp(lost, engine.clock())) {
    throw new ServiceError('ERR_BOOTSTRAP_ACCOUNT_LOST');
  }
  const failed = standingFailure(record, engine.clock(), settings);
  if (failed !== undefined) return failed;
  const started = await startAdmitted(context.admitRun, runs, subject, lost !== undefined);
  // Without a failure, another replica may execute it for an earlier request.
  const isRecorded = record !== undefined && record.failure === undefined;
  const isElsewhere = context.replicas !== undefined && isRecorded;
  const state = started.joined || isElsewhere ? 'locked' : 'executing';
  const outcome = await withinBudget(started.active, state);
  if (outcome.status !== 'pending' || context.replicas === undefined) return outcome;
  if (!isElsewhere && !runs.mayEndWithin(subject, untilMs - performance.now())) return outcome;
  return followElsewhere(context, runs, subject, { untilMs, state });
}

const subjectOf = (
  { settings }: ProvisioningContext,
  { user, key }: Pick<ApprovedSign, 'user' | 'key'>,
  chainId: number,
): RunSubject => ({
  userId: user.userId,
  keyId: key.id,
  chainId,
  nodeOrigin: settings.nodeOrigin,
});

/**
 * Returns a failure that this signature must not retry, because it is final or its retry time has
 * not come.
 */
function standingFailure(
  record: RunRecord | undefined,
  nowMs: number,
  settings: ProvisioningContext['settings'],
): BootstrapOutcome | undefined {
  const failure = record?.failure;
  if (failure === undefined || failure.errorCode === 'tinycloud_bootstrap_gate_closed') {
    return undefined;
  }
  // Nobody knows what would help, so only a later signature tries again.
  const isRefusal = failure.errorCode === 'tinycloud_bootstrap_node_refused';
  if (isRefusal && waitOf(failure, nowMs, settings) === 0) return undefined;
  const waits = failure.retryable && waitOf(failure, nowMs, settings) > 0;
  return waits || !failure.retryable ? failedOutcome(failure, nowMs) : undefined;
}

/**
 * Returns a function that waits for the outcome of a run until `untilMs`. It does not wait for one
 * that is not expected by then, because the person would wait in vain.
 */
const outcomeWithin =
  (runs: BootstrapRuns, subject: RunSubject, untilMs: number) =>
  async (active: ActiveRun, state: 'locked' | 'executing'): Promise<BootstrapOutcome> => {
    // `pending` is a promise that only a durable record can keep.
    if (!(await active.durable)) return active.finished;
    const pending: BootstrapOutcome = { status: 'pending', state };
    const leftMs = untilMs - performance.now();
    if (!runs.mayEndWithin(subject, leftMs)) return pending;
    return withinDeadline(active.finished, Math.max(0, leftMs), () => pending);
  };
