/** A run while it is in progress: its steps as they change, who watches them, and its end. */
import type { BootstrapStep } from '../api/bootstrap.js';
import { PLAN, type TaskId } from '../bootstrap/plan.js';
import { STEP_IDS, type StepId } from '../bootstrap/steps.js';
import type { BootstrapOutcome } from '../signing/bootstrap-port.js';

/** How far a step is. */
export type StepStatus = BootstrapStep['status'];

const STEPS_OF = new Map(PLAN.map(({ id, steps }) => [id, steps]));

/** The views of steps, with the time at which each was done where it was. */
export function viewSteps(
  doneAtMs: Readonly<Partial<Record<string, number>>>,
  status: (id: StepId) => StepStatus = () => 'pending',
): readonly BootstrapStep[] {
  return STEP_IDS.map((id) => {
    const at = doneAtMs[id];
    if (at === undefined) return { id, status: status(id) };
    return { id, status: 'done', doneAt: new Date(at).toISOString() };
  });
}

/** When each step was done, from when each task was. */
export function stepTimes(
  tasks: Readonly<Partial<Record<TaskId, number>>>,
): Readonly<Partial<Record<StepId, number>>> {
  return Object.fromEntries(
    PLAN.flatMap(({ id, steps }) => {
      const at = tasks[id];
      return at === undefined ? [] : steps.map((step) => [step, at] as const);
    }),
  );
}

export class ActiveRun {
  readonly #steps = new Map<StepId, StepStatus>();
  readonly #doneAtMs: Partial<Record<StepId, number>> = {};
  readonly #watchers = new Set<(step: BootstrapStep) => void>();
  readonly #clock: () => number;
  readonly #stop = new AbortController();
  /** The number of the attempt; 0 while the run waits for its turn. */
  attempt = 0;
  /** Settles, and never rejects, with whether the record of the run is durable: nobody is told `pending` before. */
  durable: Promise<boolean> = Promise.resolve(true);
  /** Settles with the outcome and never rejects. */
  finished: Promise<BootstrapOutcome> = Promise.resolve({ status: 'pending', state: 'executing' });

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Aborted when this run, and no other, is to end where it is. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(): void {
    this.#stop.abort();
  }

  noteTask(id: TaskId, status: StepStatus): void {
    for (const step of STEPS_OF.get(id) ?? []) {
      this.#steps.set(step, status);
      if (status === 'done') this.#doneAtMs[step] ??= this.#clock();
      const view = this.steps().find((candidate) => candidate.id === step);
      if (view !== undefined) for (const watcher of this.#watchers) watcher(view);
    }
  }

  steps(): readonly BootstrapStep[] {
    return viewSteps(this.#doneAtMs, (id) => this.#steps.get(id) ?? 'pending');
  }

  /** Calls the watcher at each change of a step; answers how to stop that. */
  watch(watcher: (step: BootstrapStep) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }
}
