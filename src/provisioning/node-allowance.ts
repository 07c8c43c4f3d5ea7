/**
 * How many accounts may be open at a node at once. SQL that times out halves what is open, because
 * others use the node as well. The number then grows again, slowly and without further requests.
 */

/** The bounds of an allowance. */
export type AllowanceSettings = {
  readonly most: number;
  /** How long it takes to grow from nothing to `most`. */
  readonly recoveryMs: number;
};

/** Timeouts within this part of the recovery have the same cause, so they count once. */
const SAME_CAUSE = 1 / 20;

/** The allowance of one node. */
export class NodeAllowance {
  readonly #settings: AllowanceSettings;
  readonly #monotonicMs: () => number;
  #cut = { atMs: -Infinity, to: 0 };

  constructor(settings: AllowanceSettings, monotonicMs: () => number) {
    this.#settings = settings;
    this.#monotonicMs = monotonicMs;
  }

  /** Returns the number at a time, if nothing times out until then. It is at least 1. */
  at(atMs: number): number {
    const { most, recoveryMs } = this.#settings;
    const regained = (most * (atMs - this.#cut.atMs)) / recoveryMs;
    return Math.max(1, Math.min(most, Math.floor(this.#cut.to + regained)));
  }

  /**
   * Notes that SQL timed out while so many accounts were open. Returns whether the number changed.
   */
  noteTimeout(open: number): boolean {
    const nowMs = this.#monotonicMs();
    if (nowMs - this.#cut.atMs < this.#settings.recoveryMs * SAME_CAUSE) return false;
    this.#cut = { atMs: nowMs, to: Math.floor(Math.min(this.at(nowMs), open) / 2) };
    return true;
  }
}
