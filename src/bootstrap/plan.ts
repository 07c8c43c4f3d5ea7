/**
 * The plan as data: which requests a fresh account takes, and what each must wait for.
 *
 * | trip | requests                                                  | signed with                        |
 * | ---- | --------------------------------------------------------- | ---------------------------------- |
 * | 1    | info, five peers, five sessions                           | root key, five times               |
 * |      | *checkpoint*: peers and node durable before a host SIWE   | nothing is sent                    |
 * | 2    | five hosts, the encryption network, (reading the records) | root key, five times; session keys |
 * | 3    | SQL of the account, SQL of the secrets                    | session keys                       |
 * | 4    | all records and the marker in one multipart put           | session key                        |
 *
 * `read` is sent only where the account may hold records already: on a space that existed before, and on every attempt
 * after the first. The order obeys what a node does under concurrency: never two SQL writes to one database, the key-value
 * write last and alone, nothing beside the delegation that it rests on.
 */
import { SPACE_NAMES, type SpaceName } from './account.js';
import type { StepId } from './steps.js';

/** Part of the state's key: an account provisioned by another version of the plan is looked at again. */
export const PLAN_VERSION = 'tinycloud-account/1';

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

export type Task = {
  readonly id: TaskId;
  readonly needs: readonly TaskId[];
  /** Steps of the marker that this task's acknowledgment completes. */
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
