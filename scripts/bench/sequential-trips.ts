import type { RequestRecord } from '../stand-ins/tinycloud-node/start-node.js';

/**
 * Returns the length of the longest chain of requests in which each began after the previous one
 * had ended, that is, the number of sequential round trips.
 */
export function sequentialTrips(requests: readonly RequestRecord[]): number {
  const byEnd = requests.toSorted((a, b) => (a.endedAtMs ?? 0) - (b.endedAtMs ?? 0));
  let trips = 0;
  let lastEndMs = Number.NEGATIVE_INFINITY;
  for (const { startedAtMs, endedAtMs = 0 } of byEnd) {
    if (startedAtMs < lastEndMs) continue;
    trips += 1;
    lastEndMs = endedAtMs;
  }
  return trips;
}
