import type { NodeClock } from '../bootstrap/node-clock.js';
import type { EngineEnvironment } from '../bootstrap/node-client.js';
import { retryDelay } from '../bootstrap/retry-delay.js';
import { errorCodeOf } from '../errors.js';
import type { BootstrapOutcome } from '../signing/bootstrap-port.js';
import { publicCodeOf } from './public-code.js';
import type { ProvisioningContext } from './provisioning-context.js';
import type { RunFailure } from './run-record.js';

/** What the delay before the next attempt depends on. */
export type FailurePlace = {
  readonly engine: Pick<EngineEnvironment, 'clock' | 'randomBytes'> & {
    readonly nodeClock: Pick<NodeClock, 'isOutOfReach'>;
  };
  readonly settings: Pick<ProvisioningContext['settings'], 'retryDelaysMs' | 'clockRetryMs'>;
};

const MOST_JITTER = 1.25;
/** The longest time that a node can demand with `Retry-After`. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Returns the record of a failed attempt. The delay grows with the number of attempts, except while
 * the clock of the node is out of reach: then NodeWatch starts the run, and the delay is only for a
 * node that tells no time.
 */
export function describeFailure(
  error: unknown,
  attempt: number,
  { engine, settings }: FailurePlace,
): RunFailure {
  const { code, retryable } = publicCodeOf(error);
  const { retryDelaysMs, clockRetryMs } = settings;
  const isOff = isClockCode(code) && engine.nodeClock.isOutOfReach;
  const delayMs = isOff
    ? clockRetryMs
    : (retryDelaysMs[Math.min(attempt, retryDelaysMs.length) - 1] ?? 0);
  const random = engine.randomBytes(1);
  // Never sooner than the node asks for.
  const askedMs = retryDelay(1, error, 0, random);
  const nextAttemptAtMs = engine.clock() + Math.max(jitter(delayMs, random), askedMs);
  return { errorCode: code, retryable, nextAttemptAtMs };
}

/** Returns whether a public code says that the clocks differ too much. */
export const isClockCode = (code: string): boolean => code === 'tinycloud_bootstrap_node_clock';

/**
 * Returns how long a failed run still waits. A time further ahead than the longest delay was
 * computed before our clock was set back, so the run is due now.
 */
export function waitOf(
  { nextAttemptAtMs }: RunFailure,
  nowMs: number,
  { retryDelaysMs, clockRetryMs }: FailurePlace['settings'],
): number {
  const waitMs = nextAttemptAtMs - nowMs;
  const longestMs = MOST_JITTER * Math.max(...retryDelaysMs, clockRetryMs, LONGEST_RETRY_AFTER_MS);
  return waitMs > longestMs ? 0 : Math.max(0, waitMs);
}

/**
 * Scales a delay to between 75 and 125 percent, so that accounts that failed together do not retry
 * together.
 */
function jitter(delayMs: number, random: Uint8Array): number {
  return Math.round(delayMs * (0.75 + (random[0] ?? 0) / 512));
}

/** Returns a recorded failure in the form that the sign route returns. */
export function failedOutcome(failure: RunFailure, nowMs: number): BootstrapOutcome {
  const { errorCode, retryable, nextAttemptAtMs } = failure;
  return {
    status: 'failed',
    state: 'failed',
    errorCode,
    retryable,
    ...(retryable ? { retryAfterMs: Math.max(0, nextAttemptAtMs - nowMs) } : {}),
  };
}

/** Returns advice to log with a code that alone does not tell the operator what to do. */
export function hintOf(
  error: unknown,
  { offsetMs }: Pick<NodeClock, 'offsetMs'>,
): Readonly<Record<string, string | number>> {
  if (errorCodeOf(error) !== 'ERR_BOOTSTRAP_NODE_CLOCK') return {};
  return {
    reason: 'compare the clock of this machine with the clock of the node',
    ...(offsetMs === undefined ? {} : { offsetS: Math.round(offsetMs / 1_000) }),
  };
}
