/** How tests wait: for a condition, never for a time. */
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 25;

type Seen<T> = T | undefined | false;

/**
 * Waits until `look` returns something other than undefined or false, and returns that.
 *
 * The timeout only ends a wait for something that never comes; a test that passes does not depend
 * on it. Rejects with an Error that names `what`; what `look` throws ends the wait at once.
 */
export async function until<T>(
  what: string,
  look: () => Promise<Seen<T>> | Seen<T>,
  timeoutMs = 120_000,
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}
