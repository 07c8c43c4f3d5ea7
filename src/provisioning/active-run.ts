/** A run in progress: its steps, the watchers of its steps, and its outcome. */
import type { BootstrapStep } from '../api/bootstrap.js';
import { PLAN, STEPS_OF, type TaskId } from '../bootstrap/plan.js';
import { STEP_IDS, type StepId } from '../bootstrap/steps.js';
import { errorCodeOf } from '../errors.js';
import type { BootstrapOutcome } from '../signing/bootstrap-port.js';

/** The status of a step, from `pending` to `done` or `failed`. */
export type StepStatus = BootstrapStep['status'];

/** Returns the views of all steps, with the time of each one that is done. */
export function viewSteps(
  doneAtMs: Readonly<Partial<Record<string, number>>>,
  status: (id: StepId) => StepStatus = () => 'pending',
): readonly BootstrapStep[] {
  return STEP_IDS.map((id) => viewStep(id, doneAtMs[id], status(id)));
}

function viewStep(id: StepId, doneAtMs: number | undefined, status: StepStatus): BootstrapStep {
  if (doneAtMs === undefined) return { id, status };
  return { id, status: 'done', doneAt: new Date(doneAtMs).toISOString() };
}

/** Converts the completion times of tasks to those of steps. */
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

/** The tasks that open a database at the node. */
const SQL_TASKS: ReadonlySet<TaskId> = new Set(['account-sql', 'secrets-sql'] as const);

/** A run of this process that is being recorded, waits or executes. */
export class ActiveRun {
  readonly #steps = new Map<StepId, StepStatus>();
  readonly #doneAtMs: Partial<Record<StepId, number>> = {};
  readonly #watchers = new Set<(step: BootstrapStep) => void>();
  readonly #clock: () => number;
  readonly #stop = new AbortController();
  /** The number of the attempt, or 0 while the run waits for its turn. */
  attempt = 0;
  #hasUsedSql = false;
  #hasSqlTimedOut = false;
  /**
   * Resolves to whether the record of the run is durable, and never rejects. No caller receives
   * `pending` before.
   */
  durable: Promise<boolean> = Promise.resolve(true);
  /** Resolves to the outcome, and never rejects. */
  finished: Promise<BootstrapOutcome> = Promise.resolve({ status: 'pending', state: 'executing' });

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Aborts when this run, and no other, must stop. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Stops this run. */
  stop(): void {
    this.#stop.abort();
  }

  /** Whether the node may have opened a database for this run. */
  get hasUsedSql(): boolean {
    return this.#hasUsedSql;
  }

  /** Whether the node did not answer an SQL request of this run in time. */
  get hasSqlTimedOut(): boolean {
    return this.#hasSqlTimedOut;
  }

  /** Records the status of a task and notifies the watchers of its steps. */
  noteTask(id: TaskId, status: StepStatus, error?: unknown): void {
    if (SQL_TASKS.has(id)) {
      this.#hasUsedSql = true;
      this.#hasSqlTimedOut ||= errorCodeOf(error) === 'ERR_NODE_TIMEOUT';
    }
    for (const step of STEPS_OF.get(id) ?? []) {
      this.#steps.set(step, status);
      if (status === 'done') this.#doneAtMs[step] ??= this.#clock();
      for (const watcher of this.#watchers) watcher(viewStep(step, this.#doneAtMs[step], status));
    }
  }

  /** Returns the current views of all steps. */
  steps(): readonly BootstrapStep[] {
    return viewSteps(this.#doneAtMs, (id) => this.#steps.get(id) ?? 'pending');
  }

  /** Calls the watcher at each change of a step. Returns a function that removes it. */
  watch(watcher: (step: BootstrapStep) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }
}
