/**
 * `ensureTinyCloudBootstrapForApprovedSign`: after a signature, determines whether it is an app's
 * sign-in to a TinyCloud account that does not exist yet, and provisions the account. The caller
 * receives the signature whatever happens here.
 */
import { ServiceError } from '../errors.js';
import { AuthorizedChange } from '../accounts/authorized-change.js';
import type { UserDocument } from '../accounts/user-document.js';
import { isAccountWhole } from '../bootstrap/verify-account.js';
import type { AfterSign, ApprovedSign, BootstrapOutcome } from '../signing/bootstrap-port.js';
import type { ActiveRun } from './active-run.js';
import type { BootstrapRuns } from './bootstrap-runs.js';
import { followElsewhere } from './follow-elsewhere.js';
import { judgeApprovedSign } from './judge-approved-sign.js';
import type { ProvisioningContext } from './provisioning-context.js';
import { publicCodeOf } from './public-code.js';
import { failedOutcome, waitOf } from './run-failure.js';
import { runIdOf, type RunRecord, type RunSubject } from './run-record.js';
import { createSealedRootSigner } from './sealed-root-signer.js';
import { startAdmitted } from './start-admitted.js';
import { withinDeadline } from '../runtime/within-deadline.js';

const MONTH_MS = 30 * 86_400_000;
const REPROVISIONS_A_MONTH = 2;

/** Creates the hook that runs after each signature. It never rejects. */
export function createAfterSign(context: ProvisioningContext, runs: BootstrapRuns): AfterSign {
  return async (approved, budgetMs) => {
    try {
      return await ensureTinyCloudBootstrapForApprovedSign(context, runs, approved, budgetMs);
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
 * Provisions the account of an approved sign-in and waits at most `budgetMs` for the outcome.
 * Rejects ERR_BOOTSTRAP_LIMIT and store errors.
 */
export async function ensureTinyCloudBootstrapForApprovedSign(
  context: ProvisioningContext,
  runs: BootstrapRuns,
  approved: ApprovedSign,
  budgetMs: number,
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
  // An account that is already complete needs no consent, but creating one does.
  if (approved.hook === 'not-shown' && !isComplete(approved.user, subject)) {
    return { status: 'skipped', state: 'skipped', reason: 'not-shown' };
  }
  const active = runs.findActive(subject);
  if (active !== undefined) return withinBudget(active, budgetMs, 'locked');
  if (isComplete(approved.user, subject)) {
    reverifyWhenOld(context, runs, subject, approved.user);
    return { status: 'complete', state: 'cache-hit' };
  }
  const record = await runs.findRecord(subject);
  const failed = standingFailure(record, engine.clock(), settings);
  if (failed !== undefined) return failed;
  const sinceMs = performance.now();
  const started = await startAdmitted(context.admitRun, runs, subject);
  const state = started.joined ? 'locked' : 'executing';
  const outcome = await withinBudget(started.active, budgetMs, state);
  if (outcome.status !== 'pending' || context.replicas === undefined) return outcome;
  // Another replica may execute it.
  return followElsewhere(context, runs, subject, budgetMs - (performance.now() - sinceMs));
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

const isComplete = (user: UserDocument, subject: RunSubject): boolean =>
  user.bootstraps[runIdOf(subject)] !== undefined;

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
  const waits = failure.retryable && waitOf(failure, nowMs, settings) > 0;
  return waits || !failure.retryable ? failedOutcome(failure, nowMs) : undefined;
}

async function withinBudget(
  active: ActiveRun,
  budgetMs: number,
  state: 'locked' | 'executing',
): Promise<BootstrapOutcome> {
  // `pending` is a promise that only a durable record can keep.
  if (!(await active.durable)) return active.finished;
  return withinDeadline(active.finished, budgetMs, (): BootstrapOutcome => ({
    status: 'pending',
    state,
  }));
}

/**
 * Verifies in the background that the node still has an account that was last verified a while ago.
 */
function reverifyWhenOld(
  context: ProvisioningContext,
  runs: BootstrapRuns,
  subject: RunSubject,
  user: UserDocument,
): void {
  const state = user.bootstraps[runIdOf(subject)];
  const nowMs = context.engine.clock();
  if (state === undefined) return;
  const ageMs = nowMs - state.verifiedAtMs;
  // A time in the future was read from a clock that has been set back since.
  if (ageMs >= 0 && ageMs < context.settings.reverifyAfterMs) return;
  runs.own(reverify(context, runs, subject, nowMs));
}

async function reverify(
  context: ProvisioningContext,
  runs: BootstrapRuns,
  subject: RunSubject,
  nowMs: number,
): Promise<void> {
  const id = runIdOf(subject);
  // Recorded first, so that signatures that follow immediately do not verify again.
  await context.users.update(
    AuthorizedChange.byService('bootstrap', subject.userId, (user) =>
      withState(user, id, { verifiedAtMs: nowMs }),
    ),
  );
  const signer = await createSealedRootSigner(context, subject);
  const { domain } = context.settings;
  if (await isAccountWhole(signer, domain, context.engine, runs.signal)) return;
  context.report('bootstrap-lost', { keyId: subject.keyId, chainId: subject.chainId });
  const user = await context.users.find(subject.userId);
  const recent = (user?.bootstraps[id]?.reprovisionedAtMs ?? []).filter(
    (atMs) => atMs > nowMs - MONTH_MS,
  );
  if (recent.length >= REPROVISIONS_A_MONTH) return;
  await context.users.update(
    AuthorizedChange.byService('bootstrap', subject.userId, (known) =>
      withState(known, id, { reprovisionedAtMs: [...recent, nowMs] }),
    ),
  );
  await runs.start(subject, { again: true }).finished;
}

function withState(
  user: UserDocument | undefined,
  id: string,
  change: Partial<UserDocument['bootstraps'][string]>,
): UserDocument {
  const state = user?.bootstraps[id];
  if (user === undefined || state === undefined) throw new TypeError('the user has no such state');
  return { ...user, bootstraps: { ...user.bootstraps, [id]: { ...state, ...change } } };
}
