/**
 * Fetches Intel's collateral for this platform from a provisioning cache and refreshes it in the
 * background.
 */
import { collateralServiceOf } from '../../attestation/collect/collateral-service.js';
import {
  fetchCollateral,
  type FetchedCollateral,
} from '../../attestation/collect/fetch-collateral.js';
import { readPlatformFamily } from '../../attestation/collect/platform-family.js';
import type { CollateralSource } from '../evidence/collateral-source.js';

/** The options of the adapter. */
export type PccsOptions = {
  readonly url: string;
  readonly clock: () => number;
  /** Called when a fetch fails. Documents then contain the previous collateral, or none. */
  readonly onFailure: (error: unknown) => void;
};

const REFRESH_MS = 6 * 3_600_000;
const RETRY_MS = 300_000;
const FIRST_DEADLINE_MS = 5_000;

/**
 * Fetches once with a short deadline, then every six hours until `close`. Never rejects because of
 * the cache.
 */
export async function openPccsCollateral(
  quote: Uint8Array,
  { url, clock, onFailure }: PccsOptions,
): Promise<CollateralSource> {
  const service = collateralServiceOf(url);
  let latest: FetchedCollateral | null = null;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function refresh(deadlineMs: number): Promise<void> {
    let delayMs = REFRESH_MS;
    try {
      latest = await fetchCollateral(service, readPlatformFamily(quote), {
        nowMs: clock(),
        deadlineMs,
      });
    } catch (error) {
      delayMs = RETRY_MS;
      onFailure(error);
    }
    if (closed) return;
    timer = setTimeout(() => {
      refresh(2 * FIRST_DEADLINE_MS).catch(onFailure);
    }, delayMs);
    timer.unref();
  }

  await refresh(FIRST_DEADLINE_MS);
  return {
    current: () => latest,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}
