/** Schedules the read-backs of completed accounts and limits their number. */
import type { Background } from '../runtime/background.js';
import { executeRun, reportRun, type RunPlace } from './attempt-run.js';
import { HeldRecord } from './held-record.js';
import { readBack } from './read-back.js';
import { runIdOf, type RunRecord } from './run-record.js';

const TRIES = 8;
const EVENTS = {
  whole: 'bootstrap-verified',
  repaired: 'bootstrap-repaired',
  interrupted: 'bootstrap-unverified',
  'no-space': 'bootstrap-unverified',
} as const;
/**
 * How often, within the time of a place, a read-back looks for one that an account does not hold.
 */
const LOOKS = 10;

/** The scheduled read-backs of this process. A record is removed once its account was read back. */
export class ReadBacks {
  readonly #place: RunPlace;
  readonly #background: Background;

  constructor(place: RunPlace, background: Background) {
    this.#place = place;
    this.#background = background;
  }

  /** Schedules the read-back of an account and replaces an earlier schedule. */
  later(record: RunRecord, delayMs: number, tries = 1): void {
    this.#background.later(runIdOf(record.subject), delayMs, () => this.#perform(record, tries));
  }

  async #perform(record: RunRecord, tries: number): Promise<void> {
    const { context, records, stop } = this.#place;
    const opened = await records.open(runIdOf(record.subject));
    // The account was deleted, or another replica has read it back.
    if (opened === undefined) return;
    const { budget, settings } = context;
    const held = new HeldRecord(records, opened.generation, record);
    const verdict = await this.#inPlace(runIdOf(record.subject), () =>
      readBack(context, record, stop, (run) => executeRun(this.#place, held, run, undefined)),
    );
    if (verdict === undefined) {
      this.later(record, budget.placeMs / LOOKS, tries);
      return;
    }
    const isDone = verdict === 'whole' || verdict === 'repaired';
    if (!isDone && tries < TRIES) {
      const { retryDelaysMs } = settings;
      this.later(record, retryDelaysMs[tries - 1] ?? retryDelaysMs.at(-1) ?? 0, tries + 1);
    } else if (!stop.aborted) {
      // After the last try, the daily verification of complete accounts takes over.
      await records.remove(runIdOf(record.subject));
      reportRun(context, EVENTS[verdict], record.subject);
    }
    // Last, because it may record that the account is set up again.
    if (verdict === 'no-space') this.#place.noteMissingSpace(record.subject);
  }

  /** Does some work if the account has a place at the node, because it uses SQL. */
  async #inPlace<T>(id: string, work: () => Promise<T>): Promise<T | undefined> {
    const { budget } = this.#place.context;
    if (!budget.reserve(id)) return undefined;
    try {
      return (await budget.claim(id)) ? await work() : undefined;
    } finally {
      await budget.touch(id);
    }
  }
}
