/**
 * Adapts the number of runs that execute at once to the event loop, because signatures wait for the
 * same loop. A loop that is busy and late halves the number, and a loop that is on time or mostly
 * idle adds one: if it is late although it is idle, then other processes delay it, and fewer runs
 * would not help. At least one run executes, so that no account waits forever.
 */
import type { Background } from '../runtime/background.js';
import type { LoopMeter } from '../runtime/loop-meter.js';
import type { RunTurns } from './run-turns.js';

/** How often the number is adapted while any run executes. */
const EVERY_MS = 25;
/** A loop that is later than this delays signatures by as much. */
const LATE_MS = 15;
/** A loop that is at most this late has room for more. */
const ON_TIME_MS = 5;

/** A loop that is busy for less than this part of the time is mostly idle. */
const IDLE_USE = 0.6;

/** Returns the number of runs for the next interval. */
export function nextPace(atOnce: number, delayMs: number, use: number): number {
  if (delayMs <= ON_TIME_MS || use < IDLE_USE) return atOnce + 1;
  return delayMs > LATE_MS ? Math.max(1, Math.floor(atOnce / 2)) : atOnce;
}

/** Adapts the turns of one process. */
export class RunPace {
  readonly #turns: RunTurns;
  readonly #background: Pick<Background, 'later' | 'isPlanned'>;
  readonly #loop: LoopMeter;

  constructor(
    turns: RunTurns,
    background: Pick<Background, 'later' | 'isPlanned'>,
    loop: LoopMeter,
  ) {
    this.#turns = turns;
    this.#background = background;
    this.#loop = loop;
  }

  /** Adapts the turns until no run has one. Called again meanwhile, it has no further effect. */
  keep(): void {
    if (this.#background.isPlanned('pace')) return;
    // What the loop did before this run says nothing about it.
    this.#loop.readUse();
    this.#plan();
  }

  /** The delay of the loop is how much later than planned the work begins. */
  #plan(): void {
    const dueMs = this.#loop.monotonicMs() + EVERY_MS;
    this.#background.later('pace', EVERY_MS, async () => {
      const delayMs = this.#loop.monotonicMs() - dueMs;
      this.#turns.allow(nextPace(this.#turns.atOnce, delayMs, this.#loop.readUse()));
      if (this.#turns.isBusy) this.#plan();
    });
  }
}
