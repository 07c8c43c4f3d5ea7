/**
 * The line of runs before the node. A run waits for a turn, because this process executes a few at
 * once, and for a place in the budget of the node. It says when a run that waits is expected to be
 * complete.
 */
import type { Background } from '../runtime/background.js';
import type { ActiveRun } from './active-run.js';
import { type AttemptEnd, attemptRun, type RunPlace, UNDER_WAY } from './attempt-run.js';
import { LineRate } from './line-rate.js';
import { RunPace } from './run-pace.js';
import { runIdOf, type RunSubject } from './run-record.js';
import { RunTurns } from './run-turns.js';

/**
 * Nothing is said about a wait of fewer slots of the budget, because the steps of a run are seen
 * soon.
 */
const SHORTEST_TOLD_SLOTS = 3;

/** The line of one process. */
export class RunLine {
  readonly turns: RunTurns;
  readonly #place: RunPlace;
  readonly #background: Pick<Background, 'later' | 'isPlanned' | 'own'>;
  readonly #pace: RunPace;
  readonly #attempt: typeof attemptRun;
  readonly #rate = new LineRate();

  constructor(
    place: RunPlace,
    background: Pick<Background, 'later' | 'isPlanned' | 'own'>,
    attempt = attemptRun,
  ) {
    const { settings, loop, engine } = place.context;
    this.#place = place;
    this.#attempt = attempt;
    this.#background = background;
    this.turns = new RunTurns(settings.runsAtOnce, settings.runsWaiting);
    this.#pace = new RunPace(this.turns, background, loop);
    engine.breaker.onChange((isOpen) => {
      if (isOpen) this.turns.pause();
      else this.turns.resume();
    });
  }

  /** Attempts a run when it has its turn and a place. Resolves to `pending` if there is no room. */
  async attempt(subject: RunSubject, active: ActiveRun): Promise<AttemptEnd> {
    const { budget } = this.#place.context;
    const id = runIdOf(subject);
    const mayBegin = (): boolean => budget.reserve(id);
    for (let isFirst = false; ; isFirst = true) {
      const turn = this.turns.take(active.signal, { id, mayBegin, isFirst });
      this.#keepLooking();
      if (!(await turn)) return { outcome: UNDER_WAY };
      this.#pace.keep();
      const end = await this.#inTurn(subject, active).finally(() => this.#endTurn());
      if (end.hasNoPlace !== true) return end;
    }
  }

  /**
   * Returns in how many milliseconds a run that waits is expected to be complete. Undefined if it
   * does not wait, is complete soon, or waits for a node that does not answer. Also undefined on a
   * shared store, where the line of a process says little about the lines of others.
   */
  expectedMs(id: string): number | undefined {
    const ahead = this.turns.findAhead(id);
    const { context, watch } = this.#place;
    if (ahead === undefined || context.replicas !== undefined) return undefined;
    if (context.engine.breaker.isOpen || watch.isClockOff) return undefined;
    return this.#expectedBehind(ahead);
  }

  /**
   * Returns whether a run may be complete within `ms`. False if it waits behind so many others that
   * it is not expected to be, by how long runs take here.
   */
  mayEndWithin(id: string, ms: number): boolean {
    const ahead = this.turns.findAhead(id);
    if (ahead === undefined) return true;
    return this.#rate.expectedMs(ahead) <= ms && (this.#expectedBehind(ahead) ?? 0) <= ms;
  }

  /** In how many milliseconds a run that arrives now is expected to be complete. */
  get expectedForNextMs(): number {
    return this.#expectedBehind(this.turns.waiting) ?? 0;
  }

  #expectedBehind(ahead: number): number | undefined {
    const { budget } = this.#place.context;
    const waitMs = budget.waitBehind(ahead, this.#rate.runsPerSecond);
    if (waitMs === undefined || waitMs < SHORTEST_TOLD_SLOTS * budget.slotMs) return undefined;
    return waitMs + this.#rate.durationMs;
  }

  async #inTurn(subject: RunSubject, active: ActiveRun): Promise<AttemptEnd> {
    const { budget, report, monotonicMs } = this.#place.context;
    const sinceMs = monotonicMs();
    const end = await this.#attempt(this.#place, subject, active);
    const id = runIdOf(subject);
    this.#background.own(active.hasUsedSql ? budget.touch(id) : budget.giveBack(id));
    if (active.hasSqlTimedOut && budget.noteTimeout()) {
      report('node-budget-halved', { count: budget.places.allowed });
    }
    if (end.finished !== undefined) this.#rate.noteEnd(sinceMs, monotonicMs());
    return end;
  }

  /** Gives the turn to the run that waits for it. */
  #endTurn(): void {
    this.turns.giveBack();
    if (!this.turns.isBusy) this.#rate.noteIdle();
  }

  /** Looks for places while runs wait for one, because places become free as time passes. */
  #keepLooking(): void {
    if (this.turns.waiting > 0 && !this.#background.isPlanned('line')) this.#planLook();
  }

  #planLook(): void {
    this.#background.later('line', this.#place.context.budget.lookEveryMs, async () => {
      this.turns.look();
      if (this.turns.waiting > 0) this.#planLook();
    });
  }
}
