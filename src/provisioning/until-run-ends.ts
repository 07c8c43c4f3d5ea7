import type { ActiveRun } from './active-run.js';
import type { BootstrapRuns } from './bootstrap-runs.js';
import type { RunSubject } from './run-record.js';

/** How long to wait, and for what. */
export type Wait = {
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Returns whether the run of the account has not ended. */
  readonly isPending: () => Promise<boolean>;
  /** How often `isPending` is called, because another replica may execute the run. */
  readonly lookEveryMs?: number | undefined;
};

/**
 * Waits until the run of an account ends, `waitMs` has passed, or the signal aborts. This includes
 * runs that wait in their records alone.
 */
export async function untilRunEnds(
  runs: BootstrapRuns,
  subject: RunSubject,
  { waitMs, signal, isPending, lookEveryMs }: Wait,
): Promise<void> {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const follow = ({ finished }: ActiveRun): void => {
    finished.then(({ status }) => {
      if (status !== 'pending' || runs.isStopping) end();
    }, end);
  };
  const timer = setTimeout(end, waitMs);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const looking =
    lookEveryMs === undefined
      ? undefined
      : setInterval(() => {
          isPending().then((pending) => {
            if (!pending) end();
          }, end);
        }, lookEveryMs);
  const leave = runs.onStart(subject, follow);
  try {
    const active = runs.findActive(subject);
    if (active !== undefined) follow(active);
    // The run may have ended before the listener was added.
    else if (!(await isPending())) return;
    await ended;
  } finally {
    clearTimeout(timer);
    clearInterval(looking);
    signal.removeEventListener('abort', end);
    leave();
  }
}
