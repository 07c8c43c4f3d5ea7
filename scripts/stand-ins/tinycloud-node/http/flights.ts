/**
 * Which requests are in flight at the same time: from the arrival of the headers until the answer is sent or the
 * connection is gone. The concurrency faults of the real node follow from this and from nothing else, so that a test
 * that makes two requests overlap always sees the same.
 */
export type Flight = {
  readonly isInvocation: boolean;
  /** Invocations that were in flight together with this one at any moment. */
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
