/**
 * The runs of this process: at most one an account, started by a signature, by a restart or by a timer.
 *
 * Owns: which runs are active, when a failed one is tried again. What it knows is durable in run records and in users'
 * documents; a crash loses timers only, and `resumeAll` finds every record again.
 *
 * | record          | user's document | meaning                                          |
 * | --------------- | --------------- | ------------------------------------------------ |
 * | none            | no state        | never run                                        |
 * | without failure | no state        | in progress, or interrupted and to be resumed    |
 * | with failure    | no state        | waiting for its next attempt, or given up        |
 * | any             | complete        | complete, to be read back                        |
 * | none            | complete        | complete and read back                           |
 */
import { bulkhead, isBulkheadRejectedError, type IPolicy } from 'cockatiel';
import { withAudit } from '../accounts/audit-trail.js';
import { AuthorizedChange } from '../accounts/authorized-change.js';
import { ServiceError } from '../errors.js';
import { claimsOfRun } from '../bootstrap/receipt.js';
import { createRun } from '../bootstrap/run.js';
import { runBootstrap } from '../bootstrap/run-bootstrap.js';
import type { BootstrapRun } from '../bootstrap/run.js';
import { Background } from '../runtime/background.js';
import type { BootstrapOutcome } from '../signing/after-sign.js';
import { ActiveRun, stepTimes } from './active-run.js';
import type { HookContext } from './hook-context.js';
import { readBack } from './read-back.js';
import { Receipts } from './receipts.js';
import { noteRunFailure, noteRunStart } from './run-audit.js';
import { RunRecords } from './run-records.js';
import { runIdOf, type RunRecord, type RunSubject } from './run-record.js';
import { createSealedRootSigner } from './sealed-root-signer.js';
import { describeFailure, failedOutcome } from './run-failure.js';

const READ_BACK_TRIES = 8;
const READ_BACK_EVENTS = {
  whole: 'bootstrap-verified',
  repaired: 'bootstrap-repaired',
  interrupted: 'bootstrap-unverified',
} as const;

const COMPLETE: BootstrapOutcome = { status: 'complete', state: 'complete' };

export class BootstrapRuns {
  readonly #context: HookContext;
  readonly #records: RunRecords;
  readonly receipts: Receipts;
  readonly #active = new Map<string, ActiveRun>();
  readonly #awaited = new Map<string, Set<(active: ActiveRun) => void>>();
  readonly #background = new Background();
  readonly #stop = new AbortController();
  readonly #runsAtOnce: IPolicy;

  constructor(context: HookContext) {
    this.#context = context;
    this.#records = new RunRecords(context.documents);
    this.receipts = new Receipts(context.documents);
    this.#runsAtOnce = bulkhead(context.settings.runsAtOnce, context.settings.runsWaiting);
  }

  findActive(subject: RunSubject): ActiveRun | undefined {
    return this.#active.get(runIdOf(subject));
  }

  findRecord(subject: RunSubject): Promise<RunRecord | undefined> {
    return this.#records.find(runIdOf(subject));
  }

  /** Starts a run, or joins the one that is active. `again`: although the account counts as complete. */
  start(
    subject: RunSubject,
    record: RunRecord | undefined,
    { again = false }: { readonly again?: boolean } = {},
  ): ActiveRun {
    const id = runIdOf(subject);
    const known = this.#active.get(id);
    if (known !== undefined) return known;
    this.#background.cancel(id);
    const attempt = (record?.run.attempt ?? 0) + 1;
    const active = new ActiveRun(this.#context.engine.clock, attempt);
    this.#active.set(id, active);
    active.finished = this.#runsAtOnce
      .execute(() => this.#attemptUnlessComplete(subject, record, active, again))
      .catch((error: unknown) => this.#fail(subject, undefined, attempt, error, record))
      .finally(() => void this.#active.delete(id));
    this.#background.own(active.finished);
    for (const listener of this.#awaited.get(id) ?? []) listener(active);
    return active;
  }

  /** Calls the listener with each run of this account that starts; answers how to stop that. */
  onStart(subject: RunSubject, listener: (active: ActiveRun) => void): () => void {
    const id = runIdOf(subject);
    const listeners = this.#awaited.get(id) ?? new Set();
    this.#awaited.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#awaited.delete(id);
    };
  }

  /** Takes up every record that a former process left. */
  async resumeAll(): Promise<number> {
    if (!this.#context.settings.enabled) return 0;
    let count = 0;
    for await (const record of this.#records.all()) {
      if (this.#stop.signal.aborted) break;
      count += 1;
      await this.#resume(record);
    }
    return count;
  }

  async #resume(record: RunRecord): Promise<void> {
    const { subject, failure } = record;
    const user = await this.#context.users.find(subject.userId);
    if (user?.bootstraps[runIdOf(subject)] !== undefined) this.#readBackLater(record, 0);
    else if (failure === undefined) this.start(subject, record);
    else if (failure.retryable) {
      this.#retryAt(subject, failure.nextAttemptAtMs);
    }
  }

  /** Lets active runs finish for `graceMs`, then stops the rest where they are: durable, to be resumed. */
  async drain(graceMs: number): Promise<void> {
    this.#background.cancelAll();
    const timer = setTimeout(() => this.#stop.abort(), graceMs);
    await Promise.allSettled([...this.#active.values()].map(({ finished }) => finished));
    clearTimeout(timer);
    this.#stop.abort();
    await this.#background.drain();
  }

  /** Ends and forgets all runs of a user who was deleted, and the receipts. */
  async eraseUser(userId: string): Promise<void> {
    const active = [...this.#active].filter(([id]) => id.startsWith(`${userId}-`));
    for (const [, run] of active) run.stop();
    await Promise.all(active.map(([, { finished }]) => finished));
    for (const id of await this.#records.eraseUser(userId)) this.#background.cancel(id);
    await this.receipts.eraseUser(userId);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Has the service wait for some work before it stops. */
  own(work: Promise<unknown>): void {
    this.#background.own(work);
  }

  /** A signature that read the user's document before another run ended would start that run again. */
  async #attemptUnlessComplete(
    subject: RunSubject,
    record: RunRecord | undefined,
    active: ActiveRun,
    again: boolean,
  ): Promise<BootstrapOutcome> {
    const user = await this.#context.users.find(subject.userId);
    if (!again && user?.bootstraps[runIdOf(subject)] !== undefined) return COMPLETE;
    return this.#attempt(subject, record, active);
  }

  async #attempt(
    subject: RunSubject,
    record: RunRecord | undefined,
    active: ActiveRun,
  ): Promise<BootstrapOutcome> {
    const { engine } = this.#context;
    const run: BootstrapRun =
      record === undefined
        ? createRun(engine.randomBytes(32), engine.clock())
        : { ...record.run, attempt: record.run.attempt + 1 };
    let latest = run;
    this.#report('bootstrap-started', subject, { attempt: run.attempt });
    try {
      await noteRunStart(this.#context, subject, run.attempt);
      const finished = await this.#run(subject, run, active, (saved) => {
        latest = saved;
      });
      await this.#complete(subject, finished);
      return COMPLETE;
    } catch (error) {
      return this.#fail(subject, latest, run.attempt, error);
    }
  }

  async #run(
    subject: RunSubject,
    run: BootstrapRun,
    active: ActiveRun | undefined,
    onSave: (run: BootstrapRun) => void,
  ): Promise<BootstrapRun> {
    const { engine, identity, settings } = this.#context;
    return runBootstrap(run, {
      environment: engine,
      identity,
      signer: await createSealedRootSigner(this.#context, subject),
      domain: settings.domain,
      signal:
        active === undefined
          ? this.#stop.signal
          : AbortSignal.any([this.#stop.signal, active.signal]),
      save: async (saved) => {
        onSave(saved);
        await this.#records.save({ subject, run: saved });
      },
      onTask: (id, status) => active?.noteTask(id, status),
    });
  }

  async #complete(subject: RunSubject, run: BootstrapRun): Promise<void> {
    const { users, engine, settings } = this.#context;
    const nowMs = engine.clock();
    const id = runIdOf(subject);
    await this.#makeReceipt(subject, run, nowMs);
    const complete = AuthorizedChange.byService('bootstrap', subject.userId, (user) => {
      if (user === undefined) throw new ServiceError('ERR_BOOTSTRAP_GATE_CLOSED');
      const before = user.bootstraps[id]?.reprovisionedAtMs ?? [];
      const state = {
        completedAtMs: nowMs,
        verifiedAtMs: nowMs,
        attempts: run.attempt,
        steps: Object.fromEntries(Object.entries(stepTimes(run.doneAtMs))) as Record<
          string,
          number
        >,
        reprovisionedAtMs: before,
      };
      const completed = { ...user, bootstraps: { ...user.bootstraps, [id]: state } };
      return withAudit(completed, nowMs, 'bootstrap-complete', {
        keyId: subject.keyId,
        chainId: subject.chainId,
        attempt: run.attempt,
      });
    });
    await users.update(complete);
    this.#report('bootstrap-complete', subject, {
      attempt: run.attempt,
      durationMs: nowMs - run.startedAtMs,
    });
    this.#readBackLater({ subject, run }, settings.readBackDelayMs);
  }

  /** Before the account counts as complete: a crash in between makes it again, from the same run. */
  async #makeReceipt(subject: RunSubject, run: BootstrapRun, nowMs: number): Promise<void> {
    const { settings, issueReceipt, users } = this.#context;
    const { userId, keyId, chainId, nodeOrigin } = subject;
    const key = (await users.find(userId))?.keys.find(({ id }) => id === keyId);
    if (key === undefined) throw new ServiceError('ERR_BOOTSTRAP_GATE_CLOSED');
    const owner = { chainId, address: key.address };
    const place = { owner, domain: settings.domain, nodeOrigin };
    await this.receipts.save(subject, await issueReceipt(claimsOfRun(run, place, nowMs)));
  }

  #readBackLater(record: RunRecord, delayMs: number, tries = 1): void {
    this.#background.later(runIdOf(record.subject), delayMs, () => this.#readBack(record, tries));
  }

  async #readBack(record: RunRecord, tries: number): Promise<void> {
    const { subject } = record;
    const verdict = await readBack(this.#context, record, this.#stop.signal, (run) =>
      this.#run(subject, run, undefined, () => undefined),
    );
    const { retryDelaysMs } = this.#context.settings;
    if (verdict === 'interrupted' && tries < READ_BACK_TRIES) {
      this.#readBackLater(record, retryDelaysMs[tries - 1] ?? retryDelaysMs.at(-1) ?? 0, tries + 1);
      return;
    }
    if (this.#stop.signal.aborted) return;
    // Given up, the daily look at a cache hit takes its place.
    await this.#records.remove(runIdOf(subject));
    this.#report(READ_BACK_EVENTS[verdict], subject, {});
  }

  async #fail(
    subject: RunSubject,
    run: BootstrapRun | undefined,
    attempt: number,
    thrown: unknown,
    before?: RunRecord,
  ): Promise<BootstrapOutcome> {
    const { settings, engine } = this.#context;
    // An interrupted run is not a failed one: the next process resumes it at once.
    if (this.#stop.signal.aborted) return { status: 'pending', state: 'executing' };
    const isFull = isBulkheadRejectedError(thrown);
    const error = isFull ? new ServiceError('ERR_BOOTSTRAP_QUEUE_FULL') : thrown;
    const nowMs = engine.clock();
    const failure = describeFailure(
      error,
      attempt,
      settings.retryDelaysMs,
      nowMs,
      engine.randomBytes(1),
    );
    const { errorCode, retryable, nextAttemptAtMs } = failure;
    this.#report('bootstrap-failed', subject, { attempt, code: errorCode, retryable });
    const lives = await noteRunFailure(this.#context, subject, { attempt, code: errorCode });
    if (!lives) {
      await this.#records.remove(runIdOf(subject)).catch(() => undefined);
      return failedOutcome({ ...failure, retryable: false }, nowMs);
    }
    if (run !== undefined) {
      await this.#records.save({ subject, run, failure }).catch(() => undefined);
    }
    // A crowd leaves no timers: one that has no record comes back with its next signature.
    const comesBack = !isFull || before !== undefined;
    if (retryable && comesBack) this.#retryAt(subject, nextAttemptAtMs);
    return failedOutcome(failure, nowMs);
  }

  #retryAt(subject: RunSubject, atMs: number): void {
    const id = runIdOf(subject);
    this.#background.later(id, atMs - this.#context.engine.clock(), async () => {
      await this.start(subject, await this.#records.find(id)).finished;
    });
  }

  #report(
    event: Parameters<HookContext['report']>[0],
    { keyId, chainId }: RunSubject,
    fields: Readonly<Record<string, string | number | boolean>>,
  ): void {
    this.#context.report(event, { keyId, chainId, ...fields });
  }
}
