/**
 * One attempt at the run of an account. It reads the durable record, executes the rest of the plan
 * and records the result: the user's document then states completion, or the record contains the
 * failure. If the service stops during an attempt, the record stays as it is and the next process
 * resumes the run.
 */
import { withAudit } from '../accounts/audit-trail.js';
import { AuthorizedChange } from '../accounts/authorized-change.js';
import { errorCodeOf, ServiceError } from '../errors.js';
import { claimsOfRun } from '../bootstrap/receipt.js';
import { runBootstrap } from '../bootstrap/run-bootstrap.js';
import type { BootstrapRun } from '../bootstrap/run.js';
import type { BootstrapOutcome } from '../signing/bootstrap-port.js';
import { type ActiveRun, stepTimes } from './active-run.js';
import { findComplete } from './completion.js';
import type { ProvisioningContext } from './provisioning-context.js';
import type { NodeWatch } from './node-watch.js';
import { HeldRecord } from './held-record.js';
import type { Receipts } from './receipts.js';
import { noteRunFailure, noteRunStart } from './run-audit.js';
import { describeFailure, failedOutcome, hintOf, isClockCode } from './run-failure.js';
import type { RunRecords } from './run-records.js';
import { runIdOf, type RunRecord, type RunSubject } from './run-record.js';
import { createSealedRootSigner } from './sealed-root-signer.js';

/**
 * The dependencies that all attempts of this process share. `stop` aborts when the service stops.
 */
export type RunPlace = {
  readonly context: ProvisioningContext;
  readonly records: RunRecords;
  readonly receipts: Receipts;
  readonly stop: AbortSignal;
  readonly watch: NodeWatch;
  /** Called when the node says that a complete account has no space. */
  readonly noteMissingSpace: (subject: RunSubject) => void;
};

/** How an attempt ended. */
export type AttemptEnd = {
  readonly outcome: BootstrapOutcome;
  /** The completed run, which must be read back. */
  readonly finished?: RunRecord;
  /** How long a failed run waits for its next attempt. */
  readonly retryAfterMs?: number;
  /** Set if the node has no place for another account now, so the attempt has not begun. */
  readonly hasNoPlace?: true;
};

/** The outcome of a run that is durable and has not ended. */
export const UNDER_WAY: BootstrapOutcome = { status: 'pending', state: 'executing' };

/** Marks an error of which the node has not heard. */
const UNSENT = { detail: { isUnsent: true } } as const;

const COMPLETE: BootstrapOutcome = { status: 'complete', state: 'complete' };

/** Attempts the run of an account once. Never rejects. */
export async function attemptRun(
  place: RunPlace,
  subject: RunSubject,
  active: ActiveRun,
): Promise<AttemptEnd> {
  const { context, records } = place;
  let held: HeldRecord | undefined;
  try {
    const opened = await records.open(runIdOf(subject));
    // The deletion of an account removes its records first.
    if (opened === undefined) throw new ServiceError('ERR_BOOTSTRAP_GATE_CLOSED');
    const { generation, value: record } = opened;
    if (await isOwnedElsewhere(context, record)) return { outcome: UNDER_WAY };
    if (record.again !== true && (await isComplete(context, subject))) {
      if (record.run.attempt === 0) await records.remove(runIdOf(subject));
      return { outcome: COMPLETE };
    }
    const run = { ...record.run, attempt: record.run.attempt + 1 };
    held = new HeldRecord(records, generation, withoutFailure({ ...record, run }));
    if (place.watch.isClockOff) throw new ServiceError('ERR_BOOTSTRAP_NODE_CLOCK', UNSENT);
    if (!(await context.budget.claim(runIdOf(subject))))
      return { outcome: UNDER_WAY, hasNoPlace: true };
    active.attempt = run.attempt;
    // Of several replicas that take the same run, one succeeds.
    if (context.replicas !== undefined) {
      await held.save({ ...held.latest, owner: context.replicas.id });
    }
    reportRun(context, 'bootstrap-started', subject, { attempt: run.attempt });
    await noteRunStart(context, subject, run.attempt);
    const finished = await executeRun(place, held, run, active);
    await complete(place, subject, finished, held);
    return { outcome: COMPLETE, finished: await settleRecord(held, finished) };
  } catch (error) {
    return fail(place, subject, held, error);
  }
}

/** Returns whether another replica executes the run and may still be at work. */
export async function isOwnedElsewhere(
  { replicas }: Pick<ProvisioningContext, 'replicas'>,
  { owner }: RunRecord,
): Promise<boolean> {
  if (replicas === undefined || owner === undefined || owner === replicas.id) return false;
  return replicas.isAlive(owner);
}

/** Executes the rest of a run and saves its progress in the record. */
export async function executeRun(
  { context, stop }: RunPlace,
  held: HeldRecord,
  unfinished: BootstrapRun,
  active: ActiveRun | undefined,
): Promise<BootstrapRun> {
  const { latest: record } = held;
  const { engine, identity, settings } = context;
  return runBootstrap(unfinished, {
    environment: engine,
    identity,
    signer: await createSealedRootSigner(context, record.subject),
    domain: settings.domain,
    signal: active === undefined ? stop : AbortSignal.any([stop, active.signal]),
    save: async (run) => {
      // What the first save of an attempt would write is durable already, unless something expired.
      if (run !== unfinished) await held.save({ ...record, run });
    },
    onTask: (id, status, failure) => active?.noteTask(id, status, failure),
  });
}

/**
 * Returns the record of a completed run. The record of an account that was provisioned again is
 * saved without `again`, because otherwise the next start would provision it once more.
 */
async function settleRecord(held: HeldRecord, run: BootstrapRun): Promise<RunRecord> {
  const { again, ...latest } = held.latest;
  const record = { ...latest, run };
  if (again === true) await held.save(record).catch(() => undefined);
  return record;
}

/**
 * Returns the record without the failure of its last attempt, so that it waits for the next one.
 */
export function withoutFailure({ failure: _failure, ...record }: RunRecord): RunRecord {
  return record;
}

/** Reports an event of a run to the log and the metrics. */
export function reportRun(
  { report }: Pick<ProvisioningContext, 'report'>,
  event: Parameters<ProvisioningContext['report']>[0],
  { keyId, chainId }: RunSubject,
  fields: Readonly<Record<string, string | number | boolean>> = {},
): void {
  report(event, { keyId, chainId, ...fields });
}

/**
 * A signature that read the user's document before another run ended may request a run that is no
 * longer needed.
 */
async function isComplete({ users }: ProvisioningContext, subject: RunSubject): Promise<boolean> {
  return findComplete(await users.find(subject.userId), runIdOf(subject)) !== undefined;
}

async function complete(
  place: RunPlace,
  subject: RunSubject,
  run: BootstrapRun,
  held: HeldRecord,
): Promise<void> {
  const { users, engine, replicas } = place.context;
  const nowMs = engine.clock();
  const id = runIdOf(subject);
  await makeReceipt(place, subject, run, nowMs);
  const completion = AuthorizedChange.byService('bootstrap', subject.userId, (user) => {
    if (user === undefined) throw new ServiceError('ERR_BOOTSTRAP_GATE_CLOSED');
    const before = user.bootstraps[id]?.reprovisionedAtMs ?? [];
    const state = {
      completedAtMs: nowMs,
      verifiedAtMs: nowMs,
      attempts: run.attempt,
      steps: Object.fromEntries(Object.entries(stepTimes(run.doneAtMs))) as Record<string, number>,
      reprovisionedAtMs: before,
    };
    const completed = { ...user, bootstraps: { ...user.bootstraps, [id]: state } };
    return withAudit(completed, nowMs, 'bootstrap-complete', {
      keyId: subject.keyId,
      chainId: subject.chainId,
      attempt: run.attempt,
    });
  });
  // A replica that has lost the run to another one must not complete it.
  await users.update(completion, replicas === undefined ? [] : [held.condition()]);
  reportRun(place.context, 'bootstrap-complete', subject, {
    attempt: run.attempt,
    durationMs: nowMs - run.startedAtMs,
  });
}

/**
 * Issues the receipt before the account counts as complete. After a crash in between, the receipt
 * is issued again from the same run.
 */
async function makeReceipt(
  { context, receipts }: RunPlace,
  subject: RunSubject,
  run: BootstrapRun,
  nowMs: number,
): Promise<void> {
  const { settings, issueReceipt, users } = context;
  const { userId, keyId, chainId, nodeOrigin } = subject;
  const key = (await users.find(userId))?.keys.find(({ id }) => id === keyId);
  if (key === undefined) throw new ServiceError('ERR_BOOTSTRAP_GATE_CLOSED');
  const owner = { chainId, address: key.address };
  const place = { owner, domain: settings.domain, nodeOrigin };
  await receipts.save(subject, await issueReceipt(claimsOfRun(run, place, nowMs)));
}

async function fail(
  { context, records, stop, watch }: RunPlace,
  subject: RunSubject,
  held: HeldRecord | undefined,
  error: unknown,
): Promise<AttemptEnd> {
  // An interrupted run has not failed: the next process resumes it at once.
  if (stop.aborted) return { outcome: UNDER_WAY };
  // Another replica has taken the run over and continues it.
  if (context.replicas !== undefined && errorCodeOf(error) === 'ERR_STORE_CONFLICT') {
    return { outcome: UNDER_WAY };
  }
  const { engine } = context;
  const nowMs = engine.clock();
  const attempt = Math.max(1, held?.latest.run.attempt ?? 1);
  if (isClockRefusal(error)) watch.noteRefusal();
  const failure = describeFailure(error, attempt, context);
  const { errorCode: code, retryable } = failure;
  const facts = { attempt, code, retryable, ...hintOf(error, engine.nodeClock) };
  reportRun(context, 'bootstrap-failed', subject, facts);
  if (!(await noteRunFailure(context, subject, { attempt, code }))) {
    await records.remove(runIdOf(subject)).catch(() => undefined);
    return { outcome: failedOutcome({ ...failure, retryable: false }, nowMs) };
  }
  if (held !== undefined) {
    const { owner: _released, ...record } = held.latest;
    await held.save({ ...record, failure }).catch(() => undefined);
  }
  if (isClockCode(code) && engine.nodeClock.isOutOfReach) watch.wait(subject);
  return {
    outcome: failedOutcome(failure, nowMs),
    ...(retryable ? { retryAfterMs: failure.nextAttemptAtMs - nowMs } : {}),
  };
}

const isClockRefusal = (error: unknown): boolean =>
  error instanceof ServiceError &&
  error.code === 'ERR_BOOTSTRAP_NODE_CLOCK' &&
  error.detail['isUnsent'] !== true;
