/**
 * Has a message signed again and again by a process of its own, so that nothing that the bench does
 * meanwhile is part of what is measured.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { SignRequest } from './service-side.js';

/** What the process is given, as JSON in its first argument. */
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
  const script = new URL('./steady-signers-process.js', import.meta.url);
  const child = fork(script, [JSON.stringify(signing)]);
  const ended = once(child, 'exit').then(() => {
    throw new Error('The steady signers ended before they were stopped.');
  });
  // The end matters only to those who wait for a message.
  ended.catch(() => undefined);
  const nextMessage = () => Promise.race([once(child, 'message'), ended]);
  await nextMessage();
  return {
    stop: async () => {
      const measured = nextMessage();
      child.send('stop');
      const [times] = await measured;
      return times;
    },
  };
}
