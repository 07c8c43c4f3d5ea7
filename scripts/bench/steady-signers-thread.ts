/** The thread of `steady-signers.ts`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { SteadySigning } from './steady-signers.js';

const SIGNERS = 4;
/** A person who signs does not sign all the time. */
const PAUSE_MS = 20;

const {
  url,
  request: { path, ...request },
}: SteadySigning = workerData;
const times: number[] = [];
let isStopped = false;

async function signSteadily(): Promise<void> {
  while (!isStopped) {
    const atMs = performance.now();
    const response = await fetch(`${url}${path}`, request);
    await response.text();
    if (!response.ok) throw new Error(`A steady signer got ${response.status}.`);
    times.push(performance.now() - atMs);
    await sleep(PAUSE_MS);
  }
}

parentPort?.once('message', () => {
  isStopped = true;
});
parentPort?.postMessage('started');
await Promise.all(Array.from({ length: SIGNERS }, signSteadily));
parentPort?.postMessage(times);
