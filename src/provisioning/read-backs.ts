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
} as const;

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
    const held = new HeldRecord(records, opened.generation, record);
    const verdict = await readBack(context, record, stop, (run) =>
      executeRun(this.#place, held, run, undefined),
    );
    const { retryDelaysMs } = context.settings;
    if (verdict === 'interrupted' && tries < TRIES) {
      this.later(record, retryDelaysMs[tries - 1] ?? retryDelaysMs.at(-1) ?? 0, tries + 1);
      return;
    }
    if (stop.aborted) return;
    // After the last try, the daily verification of complete accounts takes over.
    await records.remove(runIdOf(record.subject));
    reportRun(context, EVENTS[verdict], record.subject);
  }
}
