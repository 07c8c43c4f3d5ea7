/**
 * Asks the node from time to time while it does not answer or its clock is out of reach. Meanwhile
 * no run sends anything, however many wait. Runs that wait for its clock start as soon as tokens
 * would be accepted again.
 */
import { NodeClient } from '../bootstrap/node-client.js';
import type { Background } from '../runtime/background.js';
import type { ProvisioningContext } from './provisioning-context.js';
import { runIdOf, type RunSubject } from './run-record.js';

type Context = Pick<ProvisioningContext, 'engine' | 'settings' | 'report'>;

/** Watches one node for the runs of this process. */
export class NodeWatch {
  readonly #context: Context;
  readonly #background: Pick<Background, 'later'>;
  readonly #signal: AbortSignal;
  readonly #start: (subject: RunSubject) => void;
  readonly #waiting = new Map<string, RunSubject>();
  #refusedAtMs = -Infinity;
  #isOff = false;
  #isPlanned = false;

  constructor(
    context: Context,
    background: Pick<Background, 'later'>,
    signal: AbortSignal,
    start: (subject: RunSubject) => void,
  ) {
    this.#context = context;
    this.#background = background;
    this.#signal = signal;
    this.#start = start;
    context.engine.breaker.onChange((isOpen) => {
      context.report(isOpen ? 'node-away' : 'node-back', {});
      if (isOpen) this.#plan();
    });
  }

  /**
   * Whether no run may send anything: the node refused a token because of its time, and its clock
   * is still out of reach. It opens again after a while, in case another clock than the node's is
   * seen.
   */
  get isClockOff(): boolean {
    const { engine, settings } = this.#context;
    const isRecent = engine.monotonicMs() - this.#refusedAtMs < settings.clockRetryMs;
    return isRecent && engine.nodeClock.isOutOfReach;
  }

  /** Notes that the node refused a token because of its time. */
  noteRefusal(): void {
    const { engine } = this.#context;
    if (engine.nodeClock.isOutOfReach) this.#refusedAtMs = engine.monotonicMs();
    // The refusal shows that the estimate is wrong.
    else engine.nodeClock.forget();
    this.#judge();
  }

  /** Makes a run start as soon as the clock of the node is within reach. */
  wait(subject: RunSubject): void {
    this.#waiting.set(runIdOf(subject), subject);
    this.#plan();
  }

  /** Forgets a run that has started or was removed. */
  forget(id: string): void {
    this.#waiting.delete(id);
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    const { engine, settings } = this.#context;
    const { breaker } = engine;
    const delayMs = breaker.isOpen ? breaker.restMs : settings.clockProbeMs;
    this.#background.later('node-watch', delayMs, async () => {
      await this.#look();
      this.#isPlanned = false;
      if (this.#isNeeded) this.#plan();
    });
  }

  get #isNeeded(): boolean {
    return this.#waiting.size > 0 || this.#context.engine.breaker.isOpen;
  }

  async #look(): Promise<void> {
    if (!this.#isNeeded) return;
    const { engine } = this.#context;
    const limits = { ...engine.limits, triesPerRequest: 1 };
    // Any reply has the time of the node, whatever it says.
    await new NodeClient({ ...engine, limits }, this.#signal).info().catch(() => undefined);
    this.#judge();
    const { breaker, nodeClock } = engine;
    if (breaker.isOpen || nodeClock.offsetMs === undefined || nodeClock.isOutOfReach) return;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const subject of waiting) this.#start(subject);
  }

  /** Reports each change. */
  #judge(): void {
    const { nodeClock } = this.#context.engine;
    const isOff = nodeClock.isOutOfReach;
    if (isOff === this.#isOff) return;
    this.#isOff = isOff;
    const offsetS = Math.round((nodeClock.offsetMs ?? 0) / 1_000);
    this.#context.report(isOff ? 'node-clock-off' : 'node-clock-back', { offsetS });
  }
}
