/**
 * Counters that the replicas of a shared store have in common. PORT.
 *
 * A counter has a window, which begins with the first use that is added and ends `windowS` seconds
 * later by the clock of the store, so clocks of replicas that differ have no effect.
 */
export type SharedCounters = {
  /**
   * Adds uses to a counter. Returns the uses that it then contains, and the milliseconds until its
   * window ends. Rejects ERR_STORE_UNAVAILABLE.
   */
  add(name: string, uses: number, windowS: number): Promise<SharedCount>;
  /** Removes the counters whose window has ended. Rejects ERR_STORE_UNAVAILABLE. */
  removeEnded(): Promise<void>;
};

/** The state of a counter. */
export type SharedCount = { readonly total: number; readonly leftMs: number };
