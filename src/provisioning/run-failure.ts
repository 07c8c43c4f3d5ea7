import { errorCodeOf } from '../errors.js';
import type { BootstrapOutcome } from '../signing/bootstrap-port.js';
import { publicCodeOf } from './public-code.js';
import type { RunFailure } from './run-record.js';

/** What is recorded of an attempt that failed. The delay grows with the attempts; `random`: one byte, for its jitter. */
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

/** Spreads a delay over 75 to 125 per cent, so that accounts that failed together do not come back together. */
function jitter(delayMs: number, random: Uint8Array): number {
  return Math.round(delayMs * (0.75 + (random[0] ?? 0) / 512));
}

/** A recorded failure as the caller of the sign route is told. */
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

/** What the log adds to a code that an operator cannot act on by itself. */
export function hintOf(error: unknown): { readonly reason?: string } {
  if (errorCodeOf(error) !== 'ERR_BOOTSTRAP_NODE_CLOCK') return {};
  return { reason: 'compare the clock of this machine with the clock of the node' };
}
