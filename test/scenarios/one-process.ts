import { test } from '../test.js';
import { REPLICAS } from './world.js';

/** Why a test makes no sense where every world has several replicas. */
export type OneProcessReason =
  | 'It looks into the directory of the store, or makes writes to it fail.'
  | 'A shared store tells no time.'
  | 'Another replica executes what waits.'
  | 'It stops the service in the middle of a request.'
  | 'It counts what one process has done.'
  | 'A second process is refused only on one directory.'
  | 'Each replica counts an account that both begin to set up at the same moment.';

/** Declares a test of one process, which is skipped where worlds have replicas. */
export const testOfOneProcess = (
  _reason: OneProcessReason,
  ...[title, body]: Parameters<typeof test>
): void => (REPLICAS === 1 ? test(title, body) : test.skip(title, body));
