import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from './deployment.js';

/** The memory that the service can reach, and its open descriptors. */
export type Footprint = { readonly memoryMb: number; readonly descriptors: number };

/** Longer than an idle connection to the node is kept. */
const QUIET_MS = 6_000;
/** Longer than a collection takes. */
const COLLECT_MS = 1_000;

const valueOf = (text: string, name: string): number =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);

/** Measures the service while nobody uses it. */
export async function measureService(deployment: Deployment): Promise<Footprint> {
  await sleep(QUIET_MS);
  deployment.collect();
  await sleep(COLLECT_MS);
  const response = await fetch(deployment.metricsUrl, { headers: { connection: 'close' } });
  const text = await response.text();
  const bytes =
    valueOf(text, 'nodejs_heap_size_used_bytes') + valueOf(text, 'nodejs_external_memory_bytes');
  return {
    memoryMb: Math.round((bytes / 2 ** 20) * 10) / 10,
    descriptors: valueOf(text, 'process_open_fds'),
  };
}
