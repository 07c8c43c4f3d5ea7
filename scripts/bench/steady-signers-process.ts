/** The process of `steady-signers.ts`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SteadySigning } from './steady-signers.js';

const SIGNERS = 4;
/** A person who signs does not sign all the time. */
const PAUSE_MS = 20;

const {
  url,
  request: { path, ...request },
}: SteadySigning = JSON.parse(process.argv[2] ?? '');
const stopped = new AbortController();
const times: number[] = [];

async function signSteadily(): Promise<void> {
  while (!stopped.signal.aborted) {
    const atMs = performance.now();
    const response = await fetch(`${url}${path}`, request);
    await response.text();
    if (!response.ok) throw new Error(`A steady signer got ${response.status}.`);
    times.push(performance.now() - atMs);
    await sleep(PAUSE_MS);
  }
}

// The process ends with the bench, also if the bench fails.
process.once('disconnect', () => process.exit());
process.once('message', () => stopped.abort());
process.send?.('started');
await Promise.all(Array.from({ length: SIGNERS }, signSteadily));
process.send?.(times, () => process.exit());
