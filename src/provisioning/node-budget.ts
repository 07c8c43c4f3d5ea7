/**
 * Bounds how many accounts are open at the node at once.
 *
 * A TinyCloud node keeps each SQL database open for 300 seconds after its last use. An open
 * database holds one of 512 threads, and an account has two. If no thread is free, SQL stops for
 * everybody on the node. A set-up therefore takes a place before its first request, and so does a
 * later use of the same databases.
 *
 * | an account           | is                                                 | its next use      |
 * | -------------------- | -------------------------------------------------- | ----------------- |
 * | unknown or long ago  | closed at the node                                 | needs a place     |
 * | reserved             | about to be used, which only this process knows    | has its place     |
 * | claimed              | open at the node, which the document says          | keeps its place   |
 */
import type { OwnClocks } from '../bootstrap/node-clock.js';
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import { NodeAllowance } from './node-allowance.js';
import {
  laterThan,
  placesIn,
  type Slot,
  waitBehind,
  withoutPlace,
  withPlace,
} from './place-slots.js';
import { StoredPlaces } from './stored-places.js';

/** The budget of a node. */
export type BudgetSettings = {
  /** How many accounts may be open at once. */
  readonly most: number;
  /** How long an account counts as open after its last use. */
  readonly placeMs: number;
  /** How long the budget takes to grow from nothing to `most`. */
  readonly recoveryMs: number;
};

/** Longer than a node keeps a database open: a use counts up to ten seconds after it is noted. */
export const PLACE_MS = 330_000;
/** A place is noted with a precision of this part of its time. */
const SLOTS = 66;

type Held = { atMs: number; isNew: boolean };

/** The budget of one node, which all replicas of a shared store have in common. */
export class NodeBudget {
  /** How long an account counts as open after its last use. */
  readonly placeMs: number;
  /** How precisely times are known. */
  readonly slotMs: number;
  readonly #monotonicMs: () => number;
  readonly #allowance: NodeAllowance;
  readonly #stored: StoredPlaces;
  /** The accounts that are used or about to be used. They have a place however long it takes. */
  readonly #using = new Set<string>();
  /** The accounts that this process has used, in order of their last use. */
  readonly #held = new Map<string, Held>();
  /** Until then no place is free, unless one is given back. Many runs ask at once. */
  #fullUntilMs = -Infinity;

  constructor(
    settings: BudgetSettings,
    documents: SealedDocuments,
    nodeId: string,
    clocks: OwnClocks,
  ) {
    this.placeMs = settings.placeMs;
    this.slotMs = settings.placeMs / SLOTS;
    this.#monotonicMs = clocks.monotonicMs;
    this.#allowance = new NodeAllowance(settings, clocks.monotonicMs);
    this.#stored = new StoredPlaces(documents, nodeId, clocks);
  }

  /** How many places are taken, and how many may be. */
  get places(): { readonly taken: number; readonly allowed: number } {
    return { taken: this.#taken, allowed: this.#allowance.at(this.#monotonicMs()) };
  }

  get #taken(): number {
    const others = [...this.#using].filter((id) => this.#findHeld(id) === undefined);
    return placesIn(this.#alive(this.#stored.slots)) + others.length;
  }

  /** How often a run that waits must look for a place. */
  get lookEveryMs(): number {
    return this.placeMs / 330;
  }

  /**
   * Reserves a place for a run that is about to begin, unless it holds one. Returns false without
   * one.
   */
  reserve(id: string): boolean {
    const isKnown = this.#findHeld(id) !== undefined || this.#using.has(id);
    if (!isKnown && this.#isFull()) return false;
    this.#using.add(id);
    return true;
  }

  #isFull(): boolean {
    const nowMs = this.#monotonicMs();
    if (nowMs < this.#fullUntilMs) return true;
    const { taken, allowed } = this.places;
    if (taken < allowed) return false;
    this.#fullUntilMs = nowMs + this.lookEveryMs;
    return true;
  }

  /**
   * Notes durably that an account is used from now on, until `touch` or `giveBack`. Resolves to
   * false if it has no place and none is free; another replica may have taken it. Rejects
   * ERR_STORE_* and ERR_STATE_TAMPERED.
   */
  async claim(id: string): Promise<boolean> {
    const held = this.#findHeld(id);
    if (held !== undefined) return this.#renew(id, held);
    const atMs = this.#slotOf(this.#monotonicMs());
    let isTaken = false;
    try {
      isTaken = await this.#stored.change((slots) => {
        const alive = this.#alive(slots);
        if (placesIn(alive) >= this.#allowance.at(this.#monotonicMs())) return undefined;
        return withPlace(alive, atMs);
      });
      if (isTaken) this.#held.set(id, { atMs, isNew: true });
      return isTaken;
    } finally {
      if (!isTaken) await this.giveBack(id);
    }
  }

  /** Notes that an account was used until now. A failure of the store is not reported. */
  async touch(id: string): Promise<void> {
    this.#using.delete(id);
    const held = this.#findHeld(id);
    if (held === undefined) return;
    held.isNew = false;
    await this.#renew(id, held).catch(() => undefined);
  }

  /** Gives a place back whose account was not used after all. */
  async giveBack(id: string): Promise<void> {
    this.#using.delete(id);
    this.#fullUntilMs = -Infinity;
    const held = this.#held.get(id);
    if (held?.isNew !== true) return;
    this.#held.delete(id);
    await this.#stored
      .change((slots) => withoutPlace(this.#alive(slots), held.atMs))
      .catch(() => undefined);
  }

  /** Notes that SQL timed out. Returns whether fewer accounts are allowed now. */
  noteTimeout(): boolean {
    return this.#allowance.noteTimeout(this.#taken);
  }

  /**
   * Returns in how many milliseconds a run begins that waits behind `ahead` others, if it is known.
   */
  waitBehind(ahead: number, runsPerSecond: number): number | undefined {
    const nowMs = this.#monotonicMs();
    const alive = this.#alive(this.#stored.slots);
    const reserved = this.#taken - placesIn(alive);
    return waitBehind(ahead, {
      slots: reserved > 0 ? [...alive, { atMs: nowMs, count: reserved }] : alive,
      nowMs,
      lifetimeMs: this.placeMs,
      allowedAt: (atMs) => this.#allowance.at(atMs),
      runsPerSecond,
    });
  }

  /** Moves a place to now, unless it was taken a moment ago. */
  async #renew(id: string, held: Held): Promise<boolean> {
    const atMs = this.#slotOf(this.#monotonicMs());
    if (atMs - held.atMs <= this.slotMs) return true;
    const before = held.atMs;
    this.#held.delete(id);
    this.#held.set(id, { ...held, atMs });
    return this.#stored.change((slots) =>
      withPlace(withoutPlace(this.#alive(slots), before), atMs),
    );
  }

  #findHeld(id: string): Held | undefined {
    const sinceMs = this.#monotonicMs() - this.placeMs;
    for (const [other, { atMs }] of this.#held) {
      if (atMs > sinceMs) break;
      this.#held.delete(other);
    }
    return this.#held.get(id);
  }

  #alive(slots: readonly Slot[]): readonly Slot[] {
    return laterThan(slots, this.#monotonicMs() - this.placeMs);
  }

  /** Returns the end of the slot of a time, so that no place is free too early. */
  #slotOf(atMs: number): number {
    return Math.ceil(atMs / this.slotMs) * this.slotMs;
  }
}
