/**
 * The plan as data: the requests for a fresh account, and the tasks that each must wait for.
 *
 * | trip | requests                                              | signed with               |
 * | ---- | ----------------------------------------------------- | ------------------------- |
 * | 1    | info, five peers, five sessions                       | root key ×5               |
 * |      | *checkpoint*: saves peers and node before a host SIWE | nothing is sent           |
 * | 2    | five hosts, encryption network, (reading the records) | root key ×5; session keys |
 * | 3    | SQL of the account, SQL of the secrets                | session keys              |
 * | 4    | all records and the marker in one multipart put       | session key               |
 *
 * `read` is sent only if the account may already hold records: on a space that existed before, and
 * on every attempt after the first. The order respects the limits of a node under concurrency: two
 * SQL writes never target the same database at once, the key-value write comes last and alone, and
 * no request runs beside the delegation that authorizes it.
 */
import { SPACE_NAMES, type SpaceName } from './account.js';
import type { StepId } from './steps.js';

/**
 * The version of the plan, which is part of the key of the bootstrap state. An account that another
 * version provisioned is checked again.
 */
export const PLAN_VERSION = 'tinycloud-account/1';

/** The id of a task. */
export type TaskId =
  | 'info'
  | `peer:${SpaceName}`
  | `session:${SpaceName}`
  | 'checkpoint'
  | `host:${SpaceName}`
  | 'network'
  | 'read'
  | 'account-sql'
  | 'secrets-sql'
  | 'records';

/** One task of the plan. */
export type Task = {
  readonly id: TaskId;
  /** The tasks that must be done first. */
  readonly needs: readonly TaskId[];
  /** The steps of the marker that are complete once the node acknowledges this task. */
  readonly steps: readonly StepId[];
};

const first: readonly Task[] = [
  { id: 'info', needs: [], steps: [] },
  ...SPACE_NAMES.map((name): Task => ({ id: `peer:${name}`, needs: [], steps: [] })),
  ...SPACE_NAMES.map((name): Task => ({
    id: `session:${name}`,
    needs: [],
    steps: [`session:${name}`],
  })),
];

/** All tasks. Each appears after the tasks it needs. */
export const PLAN: readonly Task[] = [
  ...first,
  { id: 'checkpoint', needs: first.map(({ id }) => id), steps: [] },
  ...SPACE_NAMES.map((name): Task => ({
    id: `host:${name}`,
    needs: ['checkpoint'],
    steps: [`host:${name}`, `activate:${name}`],
  })),
  { id: 'network', needs: ['checkpoint'], steps: ['encryption:network-create'] },
  { id: 'read', needs: ['host:account'], steps: [] },
  { id: 'account-sql', needs: ['host:account'], steps: ['account:index-schema'] },
  { id: 'secrets-sql', needs: ['host:secrets'], steps: ['secrets:secret-records-schema'] },
  {
    id: 'records',
    needs: [
      ...SPACE_NAMES.map((name): TaskId => `host:${name}`),
      'network',
      'read',
      'account-sql',
      'secrets-sql',
    ],
    steps: ['account:seed-spaces', 'account:seed-applications'],
  },
];

/** The steps of each task, by the id of the task. */
export const STEPS_OF: ReadonlyMap<TaskId, Task['steps']> = new Map(
  PLAN.map(({ id, steps }) => [id, steps]),
);
