/**
 * The runs of this process, at most one per account. A signature, a timer or a sweep of the records
 * starts them.
 *
 * This class owns which runs are active and when each is attempted again. Its state is durable in
 * run records and users' documents: a run's record is durable before any caller learns that the run
 * is pending. A bounded number of runs executes at once, and a bounded number waits in memory; all
 * others wait in their records alone. `resumeAll` sweeps all records, and again at intervals, and
 * starts the oldest runs that are neither active nor scheduled. A crash therefore loses only
 * timers, and the number of accounts is not limited.
 *
 * | record          | user's document | meaning                                              |
 * | --------------- | --------------- | ---------------------------------------------------- |
 * | none            | no state        | never run                                            |
 * | without failure | no state        | waiting for its turn, in progress, or interrupted    |
 * | with failure    | no state        | waiting for its next attempt, or given up            |
 * | `again`         | complete        | lost by the node; otherwise as in the two rows above |
 * | any other       | complete        | complete, to be read back                            |
 * | none            | complete        | complete and read back                               |
 */
import { Background } from '../runtime/background.js';
import type { SetUpCounts } from '../runtime/metrics.js';
import type { BootstrapOutcome } from '../signing/bootstrap-port.js';
import { ActiveRun } from './active-run.js';
import { reportRun, type RunPlace, UNDER_WAY } from './attempt-run.js';
import { NodeWatch } from './node-watch.js';
import { FOLLOW_EVERY_MS, type ProvisioningContext } from './provisioning-context.js';
import { ReadBacks } from './read-backs.js';
import { Receipts } from './receipts.js';
import { RecordSweeps } from './record-sweeps.js';
import { recordRun } from './record-run.js';
import { describeFailure, failedOutcome } from './run-failure.js';
import { RunLine } from './run-line.js';
import { RunRecords } from './run-records.js';
import { runIdOf, type RunRecord, type RunSubject } from './run-record.js';
import type { RunTurns } from './run-turns.js';

/** Starts, joins, resumes and erases runs. */
export class BootstrapRuns {
  readonly #context: ProvisioningContext;
  readonly #place: RunPlace;
  readonly #records: RunRecords;
  readonly receipts: Receipts;
  readonly #active = new Map<string, ActiveRun>();
  readonly #awaited = new Map<string, Set<(active: ActiveRun) => void>>();
  readonly #background = new Background();
  readonly #stop = new AbortController();
  readonly #line: RunLine;
  readonly #turns: RunTurns;
  readonly #readBacks: ReadBacks;
  readonly #watch: NodeWatch;
  readonly #sweeps: RecordSweeps;
  #onMissingSpace: (subject: RunSubject) => void = () => undefined;

  constructor(context: ProvisioningContext) {
    const { documents } = context;
    this.#context = context;
    this.#records = new RunRecords(documents);
    this.receipts = new Receipts(documents);
    const { receipts } = this;
    const stop = this.#stop.signal;
    this.#watch = new NodeWatch(context, this.#background, stop, (waiting) => this.start(waiting));
    this.#place = {
      context,
      records: this.#records,
      receipts,
      stop,
      watch: this.#watch,
      noteMissingSpace: (subject) => this.#onMissingSpace(subject),
    };
    this.#line = new RunLine(this.#place, this.#background);
    this.#turns = this.#line.turns;
    this.#readBacks = new ReadBacks(this.#place, this.#background);
    this.#sweeps = new RecordSweeps({
      ...this.#place,
      turns: this.#turns,
      background: this.#background,
      readBacks: this.#readBacks,
      isActive: (id) => this.#active.has(id),
      start: (drawn, delayMs) => this.#draw(drawn, delayMs),
      retryAfter: (failed, delayMs) => this.#retryAfter(failed, delayMs),
    });
  }

  /** Returns the run of an account that is being recorded, waits in memory, or executes. */
  findActive(subject: RunSubject): ActiveRun | undefined {
    return this.#active.get(runIdOf(subject));
  }

  /** Returns the record of an account's run. */
  findRecord(subject: RunSubject): Promise<RunRecord | undefined> {
    return this.#records.find(runIdOf(subject));
  }

  /**
   * Starts a run, or joins the active one. `again` provisions an account that counts as complete.
   */
  start(subject: RunSubject, { again = false }: { readonly again?: boolean } = {}): ActiveRun {
    return this.#start(subject, again, false);
  }

  #start(subject: RunSubject, again: boolean, isDrawn: boolean): ActiveRun {
    const id = runIdOf(subject);
    const known = this.#active.get(id);
    if (known !== undefined) return known;
    this.#background.cancel(id);
    this.#watch.forget(id);
    const active = new ActiveRun(this.#context.engine.clock);
    this.#active.set(id, active);
    const recorded = recordRun(this.#place, subject, again);
    active.durable = recorded.then(
      () => true,
      () => false,
    );
    active.finished = recorded
      .then(
        () => this.#inTurn(subject, active, isDrawn),
        (error: unknown) => this.#unrecorded(subject, error),
      )
      .finally(() => void this.#active.delete(id));
    this.#background.own(active.finished);
    return active;
  }

  /**
   * Calls the listener with each run of this account that starts. Returns a function that removes
   * it.
   */
  onStart(subject: RunSubject, listener: (active: ActiveRun) => void): () => void {
    const id = runIdOf(subject);
    const listeners = this.#awaited.get(id) ?? new Set();
    this.#awaited.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#awaited.delete(id);
    };
  }

  /**
   * Resumes every run that an earlier process left, then repeats the sweep at intervals. Resolves
   * to the number of records.
   */
  async resumeAll(): Promise<number> {
    const { enabled, sweepEveryMs } = this.#context.settings;
    if (!enabled) return 0;
    try {
      return await this.#sweeps.sweep();
    } finally {
      this.#background.later('sweep', sweepEveryMs, () => this.resumeAll());
    }
  }

  /**
   * Lets active runs finish for `graceMs`, then stops the rest. Stopped runs are durable and can be
   * resumed.
   */
  async drain(graceMs: number): Promise<void> {
    this.#background.cancelAll();
    this.#turns.close();
    const timer = setTimeout(() => this.#stop.abort(), graceMs);
    await Promise.allSettled([...this.#active.values()].map(({ finished }) => finished));
    clearTimeout(timer);
    this.#stop.abort();
    await this.#background.drain();
  }

  /**
   * Stops and erases all runs and receipts of a deleted user. A run that waits ends without its
   * turn.
   */
  async eraseUser(userId: string): Promise<void> {
    const active = [...this.#active].filter(([id]) => id.startsWith(`${userId}-`));
    for (const [, run] of active) run.stop();
    await Promise.all(active.map(([, { finished }]) => finished));
    for (const id of await this.#records.eraseUser(userId)) {
      this.#background.cancel(id);
      this.#watch.forget(id);
    }
    await this.receipts.eraseUser(userId);
  }

  /** How many runs this process executes, how many wait in it, and how long a further one would. */
  get counts(): SetUpCounts {
    const { active, waiting } = this.#turns;
    return { active, waiting, waitMs: this.#line.expectedForNextMs };
  }

  /**
   * Returns when a run that waits is expected to be complete, as far as that is known. It is
   * rounded, so that an estimate which has hardly changed is not reported as another one.
   */
  findExpectedAtMs(subject: RunSubject): number | undefined {
    const { engine, budget } = this.#context;
    const ms = this.#line.expectedMs(runIdOf(subject));
    if (ms === undefined) return undefined;
    return Math.ceil((engine.clock() + ms) / budget.slotMs) * budget.slotMs;
  }

  /** Returns whether a run may be complete within `ms`. False if too many others are before it. */
  mayEndWithin(subject: RunSubject, ms: number): boolean {
    return this.#line.mayEndWithin(runIdOf(subject), ms);
  }

  /** Calls the listener when the node says that a complete account has no space. */
  onMissingSpace(listener: (subject: RunSubject) => void): void {
    this.#onMissingSpace = listener;
  }

  /** Whether the service is stopping. This process then gives no more turns to waiting runs. */
  get isStopping(): boolean {
    return this.#turns.isClosed;
  }

  /** How often a watcher must look at what is durable, if other replicas execute runs too. */
  get lookEveryMs(): number | undefined {
    return this.#context.replicas === undefined ? undefined : FOLLOW_EVERY_MS;
  }

  /** Aborts when the service stops. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Makes the service wait for some work before it stops. */
  own(work: Promise<unknown>): void {
    this.#background.own(work);
  }

  /**
   * Attempts a run once it has its turn. Without room, the run waits in its record until a sweep
   * starts it.
   */
  async #inTurn(
    subject: RunSubject,
    active: ActiveRun,
    isDrawn: boolean,
  ): Promise<BootstrapOutcome> {
    // Runs that wait in their records have precedence.
    if (this.#turns.room <= 0) this.#sweeps.noteNoRoom();
    if (this.#sweeps.hasUntended && !(isDrawn && this.#turns.room > 0)) return UNDER_WAY;
    for (const listener of this.#awaited.get(runIdOf(subject)) ?? []) listener(active);
    const { outcome, finished, retryAfterMs } = await this.#line.attempt(subject, active);
    if (finished !== undefined) {
      this.#readBacks.later(finished, this.#context.settings.readBackDelayMs);
    }
    if (retryAfterMs !== undefined) this.#retryAfter(subject, retryAfterMs);
    if (this.#sweeps.hasUntended && this.#turns.waiting === 0) this.own(this.#sweeps.sweep());
    return outcome;
  }

  /**
   * Handles a run that could not be recorded. No caller was told that it is pending, and the next
   * signature requests it again.
   */
  #unrecorded(subject: RunSubject, error: unknown): BootstrapOutcome {
    const failure = describeFailure(error, 1, this.#context);
    const { errorCode: code, retryable } = failure;
    reportRun(this.#context, 'bootstrap-failed', subject, { code, retryable });
    return failedOutcome(failure, this.#context.engine.clock());
  }

  /** Starts a run that waited in its record alone. */
  #draw(subject: RunSubject, delayMs: number): void {
    if (delayMs <= 0) this.#start(subject, false, true);
    else {
      this.#background.later(runIdOf(subject), delayMs, async () => {
        await this.#start(subject, false, true).finished;
      });
    }
  }

  #retryAfter(subject: RunSubject, delayMs: number): void {
    this.#background.later(runIdOf(subject), delayMs, async () => {
      await this.start(subject).finished;
    });
  }
}
