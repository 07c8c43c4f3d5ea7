import { performance } from 'node:perf_hooks';

/** What is known about the event loop of this process. */
export type LoopMeter = {
  /** Milliseconds from any origin. Unlike the clock, it is never set. */
  readonly monotonicMs: () => number;
  /** Returns the part of the time since the last call in which the loop was busy, from 0 to 1. */
  readonly readUse: () => number;
};

/** Creates the meter of this process. */
export function createLoopMeter(): LoopMeter {
  let last = performance.eventLoopUtilization();
  return {
    monotonicMs: () => performance.now(),
    readUse: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
  };
}
