import { errorCodeOf } from '../errors.js';
import type { BootstrapOutcome } from '../signing/bootstrap-port.js';
import { publicCodeOf } from './public-code.js';
import type { RunFailure } from './run-record.js';

/**
 * Returns the record of a failed attempt. The delay grows with the number of attempts. `random` is
 * one byte for its jitter.
 */
export function describeFailure(
  error: unknown,
  attempt: number,
  retryDelaysMs: readonly number[],
  nowMs: number,
  random: Uint8Array,
): RunFailure {
  const { code, retryable } = publicCodeOf(error);
  const delayMs = retryDelaysMs[Math.min(attempt, retryDelaysMs.length) - 1] ?? 0;
  return { errorCode: code, retryable, nextAttemptAtMs: nowMs + jitter(delayMs, random) };
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
export function hintOf(error: unknown): { readonly reason?: string } {
  if (errorCodeOf(error) !== 'ERR_BOOTSTRAP_NODE_CLOCK') return {};
  return { reason: 'compare the clock of this machine with the clock of the node' };
}
