/**
 * Adapts the number of runs that execute at once to the delay of the event loop, because signatures
 * wait for the same loop. A late loop halves the number, and a loop that is on time adds one. At
 * least one run executes, so that no account waits forever.
 */
import type { Background } from '../runtime/background.js';
import type { RunTurns } from './run-turns.js';

/** How often the number is adapted while any run executes. */
const EVERY_MS = 25;
/** A loop that is later than this delays signatures by as much. */
const LATE_MS = 15;
/** A loop that is at most this late has room for more. */
const ON_TIME_MS = 5;

/** Returns the number of runs for the next interval. */
export function nextPace(atOnce: number, delayMs: number): number {
  if (delayMs > LATE_MS) return Math.max(1, Math.floor(atOnce / 2));
  return delayMs <= ON_TIME_MS ? atOnce + 1 : atOnce;
}

/** Adapts the turns of one process. */
export class RunPace {
  readonly #turns: RunTurns;
  readonly #background: Pick<Background, 'later' | 'isPlanned'>;
  readonly #monotonicMs: () => number;

  constructor(
    turns: RunTurns,
    background: Pick<Background, 'later' | 'isPlanned'>,
    monotonicMs: () => number,
  ) {
    this.#turns = turns;
    this.#background = background;
    this.#monotonicMs = monotonicMs;
  }

  /** Adapts the turns until no run has one. Called again meanwhile, it has no further effect. */
  keep(): void {
    if (!this.#background.isPlanned('pace')) this.#plan();
  }

  /** The delay of the loop is how much later than planned the work begins. */
  #plan(): void {
    const dueMs = this.#monotonicMs() + EVERY_MS;
    this.#background.later('pace', EVERY_MS, async () => {
      this.#turns.allow(nextPace(this.#turns.atOnce, this.#monotonicMs() - dueMs));
      if (this.#turns.isBusy) this.#plan();
    });
  }
}
