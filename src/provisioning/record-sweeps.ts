/**
 * Sweeps the records of all runs, and starts the oldest ones that are neither active nor scheduled.
 * Runs for which there is no room wait in their records alone, so the number of accounts is not
 * limited.
 */
import type { Background } from '../runtime/background.js';
import { isOwnedElsewhere } from './attempt-run.js';
import type { NodeWatch } from './node-watch.js';
import type { ProvisioningContext } from './provisioning-context.js';
import type { ReadBacks } from './read-backs.js';
import { isClockCode, waitOf } from './run-failure.js';
import type { RunRecords } from './run-records.js';
import { runIdOf, type RunRecord, type RunSubject } from './run-record.js';
import type { RunTurns } from './run-turns.js';
import { UntendedRuns } from './untended-runs.js';

/** What sweeps look at, and what they do with the runs that they find. */
export type SweepPlace = {
  readonly context: ProvisioningContext;
  readonly records: RunRecords;
  readonly turns: RunTurns;
  readonly background: Pick<Background, 'isPlanned'>;
  readonly readBacks: ReadBacks;
  readonly watch: NodeWatch;
  readonly isActive: (id: string) => boolean;
  readonly start: (subject: RunSubject) => void;
  readonly retryAfter: (subject: RunSubject, delayMs: number) => void;
};

/** The sweeps of one process. */
export class RecordSweeps {
  readonly #place: SweepPlace;
  /** Whether runs wait in their records alone because there was no room for them. */
  #hasUntended = false;
  #isFirst = true;
  #sweeping: Promise<number> | undefined;

  constructor(place: SweepPlace) {
    this.#place = place;
  }

  /** Whether runs wait in their records alone. They have precedence over new ones. */
  get hasUntended(): boolean {
    return this.#hasUntended;
  }

  /** Notes that a run found no room. */
  noteNoRoom(): void {
    this.#hasUntended = true;
  }

  /** Sweeps until there is no room, or joins the sweep in progress. Resolves to the number of records. */
  sweep(): Promise<number> {
    this.#sweeping ??= this.#sweepAll().finally(() => {
      this.#sweeping = undefined;
      this.#isFirst = false;
    });
    return this.#sweeping;
  }

  async #sweepAll(): Promise<number> {
    const { turns } = this.#place;
    let count = 0;
    do {
      this.#hasUntended = false;
      count = await this.#sweepOnce();
    } while (this.#hasUntended && turns.room > 0 && turns.waiting === 0);
    return count;
  }

  async #sweepOnce(): Promise<number> {
    const { records, turns, background, isActive, start } = this.#place;
    const untended = new UntendedRuns(turns.room);
    let count = 0;
    for await (const record of records.all()) {
      if (turns.isClosed) break;
      count += 1;
      const id = runIdOf(record.subject);
      if (isActive(id) || background.isPlanned(id)) continue;
      if (await this.#needsTurn(record).catch(() => false)) untended.add(record);
    }
    const { oldest, hasMore } = untended;
    for (const subject of oldest) start(subject);
    this.#hasUntended ||= hasMore;
    return count;
  }

  /**
   * Returns whether a run waits for its turn. Schedules other work that is due before the next
   * sweep.
   */
  async #needsTurn(record: RunRecord): Promise<boolean> {
    const { context, records, readBacks } = this.#place;
    const { subject, failure } = record;
    if (await isOwnedElsewhere(context, record)) return false;
    const user = await context.users.find(subject.userId);
    if (user === undefined) {
      await records.remove(runIdOf(subject));
      return false;
    }
    if (user.bootstraps[runIdOf(subject)] !== undefined && record.again !== true) {
      readBacks.later(record, 0);
      return false;
    }
    if (failure === undefined) return true;
    if (failure.retryable) this.#scheduleRetry(subject, failure);
    return false;
  }

  #scheduleRetry(subject: RunSubject, failure: NonNullable<RunRecord['failure']>): void {
    const { context, watch, retryAfter } = this.#place;
    // An earlier process may have left it, and the clock may be right by now.
    if (this.#isFirst && isClockCode(failure.errorCode)) watch.wait(subject);
    const waitMs = waitOf(failure, context.engine.clock(), context.settings);
    if (waitMs <= context.settings.sweepEveryMs) retryAfter(subject, waitMs);
  }
}
