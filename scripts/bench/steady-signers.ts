/**
 * Has a message signed again and again by a thread of its own, so that nothing that the bench does
 * meanwhile is part of what is measured.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SignRequest } from './service-side.js';

/** What the thread is given. */
export type SteadySigning = {
  readonly url: string;
  readonly request: SignRequest;
};

/** Signers that go on until they are stopped. */
export type SteadySigners = {
  /** Resolves to how long each answer took, in milliseconds. Rejects if any was no success. */
  stop(): Promise<readonly number[]>;
};

/** Starts the signers. */
export async function startSigners(signing: SteadySigning): Promise<SteadySigners> {
  const thread = new Worker(new URL('./steady-signers-thread.js', import.meta.url), {
    workerData: signing,
  });
  await once(thread, 'message');
  return {
    stop: async () => {
      const times = once(thread, 'message');
      thread.postMessage('stop');
      const [measured] = await times;
      return measured;
    },
  };
}
