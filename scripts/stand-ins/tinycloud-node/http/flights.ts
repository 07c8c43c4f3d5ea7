/**
 * Records which requests are in flight at the same time: from the arrival of the headers until the
 * response is sent or the connection is closed. The concurrency faults of the real node depend only
 * on this, so that a test with two overlapping requests always has the same result.
 */
export type Flight = {
  readonly isInvocation: boolean;
  /** The invocations that were in flight at any moment together with this one. */
  readonly overlapping: Set<Flight>;
  /** Set when this one wrote to a SQL database, by space and name. */
  sqlWrite?: string;
};

export class Flights {
  readonly #open = new Set<Flight>();

  enter(isInvocation: boolean): Flight {
    const flight: Flight = { isInvocation, overlapping: new Set() };
    if (!isInvocation) return flight;
    for (const other of this.#open) {
      other.overlapping.add(flight);
      flight.overlapping.add(other);
    }
    this.#open.add(flight);
    return flight;
  }

  leave(flight: Flight): void {
    this.#open.delete(flight);
  }
}
