/** What every bench is given and returns. */

/** The settings of one invocation. */
export type BenchSettings = {
  /** Prints a line of the table that a person reads. */
  readonly print: (line: string) => void;
  /** The seconds that each point of a load is measured for. */
  readonly seconds: number;
  /** The `main.js` of another build, which benches that can do so measure beside this one. */
  readonly before: string | undefined;
};

/** The measurements of a bench, printed as one JSON line. */
export type BenchResult = Readonly<Record<string, unknown>> & {
  /**
   * How this build compares with a baseline that ran beside it: the higher, the better. Only these
   * are compared with the committed ones, because everything else depends on the machine.
   */
  readonly ratios?: Readonly<Record<string, number>>;
};

/** Runs a bench. Rejects if what it measures does not work. */
export type Bench = (settings: BenchSettings) => Promise<BenchResult>;

/** Returns a quotient with three digits. */
export const ratioOf = (value: number, of: number): number => Number((value / of).toPrecision(3));

/** Stops what a bench started, the last one first. */
export class Started {
  readonly #stops: (() => Promise<unknown>)[] = [];

  /** Stops this as well in the end, and returns it. */
  add<T extends { stop(): Promise<unknown> }>(started: T): T {
    this.#stops.push(() => started.stop());
    return started;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.toReversed()) await stop();
  }
}
