/**
 * Types that are written out instead of imported from the contract, because a package without
 * dependencies or the engine owns them. Here the compiler holds the two together.
 */
import type { BootstrapState, BootstrapStep } from '../../src/api/bootstrap.js';
import type { SignOutcome, SignReply } from '../../src/api/sign.js';
import type {
  AccountProgress,
  MessageFormat,
  Signed,
  TinyCloudBootstrap,
} from '../../src/wire/protocol.js';
import { STEP_IDS, type StepId } from '../../src/bootstrap/steps.js';
import { test } from '../test.js';

/** Whether each value of `A` is one of `B`. */
type Fits<A, B> = [A] extends [B] ? true : false;
type Same<A, B> = Fits<A, B> extends true ? Fits<B, A> : false;
type Outcome = Omit<SignOutcome, 'statusUrl'>;

/**
 * What the widget tells an app is what the service says, without the address of a route that the
 * app cannot call. `state` and `reason` are any text to an app: its client may be of another
 * release than the service.
 */
const holds: readonly true[] = [
  true satisfies Fits<Outcome, TinyCloudBootstrap>,
  true satisfies Same<keyof Outcome, keyof TinyCloudBootstrap>,
  true satisfies Same<Outcome['status'], TinyCloudBootstrap['status']>,
  true satisfies Fits<SignReply, Signed>,
  true satisfies Same<keyof Signed, Exclude<keyof SignReply, 'format'>>,
  true satisfies Same<MessageFormat, SignReply['format']>,
  true satisfies Same<StepId, BootstrapStep['id']>,
  true satisfies Same<AccountProgress['status'], BootstrapState['status']>,
];

test('the types of the client and of the engine are those of the contract', (t) => {
  t.is(STEP_IDS.length, 20);
  t.is(holds.length, 8);
});
