import { randomBytes } from 'node:crypto';
import { NodeClock } from '../bootstrap/node-clock.js';
import { createNodeWriteLock } from '../bootstrap/node-write-lock.js';
import {
  DEFAULT_LIMITS,
  type EngineEnvironment,
  type EngineLimits,
} from '../bootstrap/node-client.js';
import type { NodeTransport } from '../bootstrap/node-transport.js';

/** A transport that counts its requests. */
export type CountingTransport = NodeTransport & {
  /** Requests sent so far, including retries. */
  readonly count: number;
};

/** Wraps a transport so that it counts its requests. */
export function countRequests(transport: NodeTransport): CountingTransport {
  let count = 0;
  return {
    get count() {
      return count;
    },
    send: (request) => {
      count += 1;
      return transport.send(request);
    },
    close: () => transport.close(),
  };
}

type Settings = {
  readonly timeoutMs?: number;
  readonly limits?: Partial<EngineLimits>;
  readonly clock?: () => number;
};

/** Creates the environment of the engine, with the limits of the service by default. */
export function openEnvironment(
  { timeoutMs = DEFAULT_LIMITS.runDeadlineMs, limits, clock = Date.now }: Settings,
  transport: NodeTransport,
): EngineEnvironment {
  const requestDeadlineMs = Math.min(DEFAULT_LIMITS.requestDeadlineMs, timeoutMs);
  const monotonicMs = (): number => performance.now();
  return {
    transport,
    nodeWrites: createNodeWriteLock(monotonicMs),
    nodeClock: new NodeClock({ clock, monotonicMs }),
    clock,
    monotonicMs,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    // Nothing else waits in a process of one person.
    turn: () => Promise.resolve(),
    limits: { ...DEFAULT_LIMITS, requestDeadlineMs, runDeadlineMs: timeoutMs, ...limits },
  };
}
