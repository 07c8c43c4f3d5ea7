/** When a request to the node is sent again within a run. */
import { type ErrorCode, ServiceError } from '../errors.js';

// A request that reached its deadline is not retried within the run, because the node has already
// used the time.
const TRIED_AGAIN: ReadonlySet<ErrorCode> = new Set([
  'ERR_NODE_FAILED',
  'ERR_NODE_BUSY',
  'ERR_NODE_UNAVAILABLE',
] as const);

/**
 * A run does not wait longer than this for a node that asks for time. It is attempted again later.
 */
const LONGEST_WAIT_MS = 5_000;
const CEILING = 20;

/** Returns for how long the node asks to be left alone, from `Retry-After`, or 0. */
export function askedDelayOf(error: unknown): number {
  const ms = error instanceof ServiceError ? error.detail['retryAfterMs'] : undefined;
  return typeof ms === 'number' ? ms : 0;
}

/** Returns whether the same request is sent again within the run. */
export function isTriedAgain(error: unknown): boolean {
  if (!(error instanceof ServiceError) || !TRIED_AGAIN.has(error.code)) return false;
  if (error.detail['isUnsent'] === true) return false;
  return askedDelayOf(error) <= LONGEST_WAIT_MS;
}

/**
 * Returns the delay before a further try: `initialMs` doubled with each try, up to a ceiling, of
 * which a random half is left out so that requests that failed together are not sent again
 * together. It is never shorter than the node asks for. `random` is one byte.
 */
export function retryDelay(
  tries: number,
  error: unknown,
  initialMs: number,
  random: Uint8Array,
): number {
  const share = (random[0] ?? 0) / 256;
  const fullMs = initialMs * Math.min(2 ** (tries - 1), CEILING);
  const askedMs = askedDelayOf(error);
  return Math.round(Math.max(fullMs * (0.5 + share / 2), askedMs * (1 + share / 4)));
}
