import { SPACE_NAMES, type SpaceName } from './account.js';

/** The steps that clients know, by the names that the marker lists. */
export type StepId =
  | `session:${SpaceName}`
  | `host:${SpaceName}`
  | `activate:${SpaceName}`
  | 'account:index-schema'
  | 'account:seed-spaces'
  | 'account:seed-applications'
  | 'encryption:network-create'
  | 'secrets:secret-records-schema';

/** All twenty steps, in the order of the marker. */
export const STEP_IDS: readonly StepId[] = [
  ...SPACE_NAMES.map((name) => `session:${name}` as const),
  ...SPACE_NAMES.map((name) => `host:${name}` as const),
  ...SPACE_NAMES.map((name) => `activate:${name}` as const),
  'account:index-schema',
  'account:seed-spaces',
  'account:seed-applications',
  'encryption:network-create',
  'secrets:secret-records-schema',
];
