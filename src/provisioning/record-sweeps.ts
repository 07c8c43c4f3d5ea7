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
  readonly start: (subject: RunSubject, delayMs: number) => void;
  readonly retryAfter: (subject: RunSubject, delayMs: number) => void;
};

/** How far apart the runs that an earlier process left begin on average, if there are few. */
const RESUME_EVERY_MS = 250;

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

  /**
   * Sweeps until there is no room, or joins the sweep in progress. Resolves to the number of
   * records.
   */
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
      // The runs of the first sweep begin later, and until then there seems to be room.
    } while (this.#hasUntended && turns.room > 0 && turns.waiting === 0 && !this.#isFirst);
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
    const delayOf = this.#isFirst ? this.#spread(oldest.length) : () => 0;
    for (const [at, subject] of oldest.entries()) start(subject, delayOf(at));
    this.#hasUntended ||= hasMore;
    return count;
  }

  /**
   * Returns the delays of the runs that an earlier process left. They keep their order, and begin
   * at random times, because other processes may start at the same time.
   */
  #spread(count: number): (at: number) => number {
    const { engine, settings } = this.#place.context;
    const withinMs = Math.min(count * RESUME_EVERY_MS, settings.resumeWithinMs);
    return (at) => (withinMs * (at + (engine.randomBytes(1)[0] ?? 0) / 256)) / count;
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
    return failure.retryable && this.#isDue(subject, failure);
  }

  /** Returns whether a failed run is due, and schedules it if it is due before the next sweep. */
  #isDue(subject: RunSubject, failure: NonNullable<RunRecord['failure']>): boolean {
    const { context, watch, retryAfter } = this.#place;
    // An earlier process may have left it, and the clock may be right by now.
    if (this.#isFirst && isClockCode(failure.errorCode)) watch.wait(subject);
    const waitMs = waitOf(failure, context.engine.clock(), context.settings);
    if (waitMs === 0) return true;
    if (waitMs <= context.settings.sweepEveryMs) retryAfter(subject, waitMs);
    return false;
  }
}
