/**
 * Provisions the account after a sign-in. A failure here does not undo the sign-in.
 *
 * | signer, account           | state                                 | requests, without retries |
 * | ------------------------- | ------------------------------------- | ------------------------- |
 * | interactive               | `skipped`                             | activation                |
 * | automatic, complete       | `done` (`already-done`)               | activation, info, records |
 * | automatic, nothing hosted | `client-bootstrap`, `done` (`fresh`)  | activation, info, 19      |
 * | automatic, incomplete     | `client-bootstrap`, `done` (`repair`) | the missing parts         |
 * | any, after a failure      | `degraded`, with the code             |                           |
 */
import { SPACE_NAMES, spaceIdOf, type SpaceName } from '../bootstrap/account.js';
import type { NodeClient, Session } from '../bootstrap/node-client.js';
import { readMarker, readRecords } from '../bootstrap/node-operations.js';
import type { Delegated } from '../bootstrap/node-replies.js';
import { holdsAllRecords } from '../bootstrap/verify-account.js';
import type { ErrorCode, ServiceError } from '../errors.js';
import type { WalletDid } from '../protocol/did.js';

/** The state of provisioning after a sign-in. */
export type ProvisionState = 'skipped' | 'client-bootstrap' | 'done' | 'degraded';

/**
 * How provisioning ended. `bootstrapSkipped` is true if this sign-in did not find or make the
 * account complete.
 */
export type ProvisionOutcome =
  | { readonly state: 'skipped'; readonly bootstrapSkipped: true; readonly reason: 'interactive' }
  | {
      readonly state: 'done';
      readonly bootstrapSkipped: false;
      readonly path: 'fresh' | 'repair' | 'already-done';
      /** Whether an interrupted run was finished. */
      readonly resumed: boolean;
    }
  | {
      readonly state: 'degraded';
      readonly bootstrapSkipped: true;
      readonly reason: ErrorCode;
      readonly retryable: boolean;
    };

/** What a sign-in found of an account. `hosted` lists the spaces that certainly exist. */
export type Finding = {
  readonly path: 'fresh' | 'repair' | 'already-done';
  readonly hosted: readonly SpaceName[];
};

/** The steps of provisioning, and the callbacks that it uses. */
export type ProvisionSteps = {
  readonly interactive: boolean;
  /** Posts the session of the sign-in. */
  readonly activate: () => Promise<Delegated>;
  /** Verifies the identity of the node. */
  readonly identify: () => Promise<unknown>;
  readonly find: (activation: Delegated) => Promise<Finding>;
  /** Runs the engine. Resolves to whether an interrupted run was finished. */
  readonly bootstrap: (finding: Finding) => Promise<boolean>;
  /** Converts a failure to an error with a code. */
  readonly judge: (error: unknown) => ServiceError;
  readonly onState: (state: ProvisionState) => void;
};

/** The result of the sign-in and of provisioning. */
export type Passed = {
  readonly outcome: ProvisionOutcome;
  /** Undefined if the node did not accept the session. */
  readonly activation: Delegated | undefined;
  /** Why the node did not accept the session. */
  readonly activationError: ErrorCode | undefined;
};

/** Activates the session and provisions the account if necessary. Never rejects. */
export async function provisionAfterSignIn(steps: ProvisionSteps): Promise<Passed> {
  const { interactive, activate, identify, judge, onState } = steps;
  // The two are independent and run concurrently: the session is useless to others without its key.
  const [activated, identified] = await Promise.allSettled([
    activate(),
    interactive ? Promise.resolve() : identify(),
  ]);
  const outcome = interactive
    ? ({ state: 'skipped', bootstrapSkipped: true, reason: 'interactive' } as const)
    : await finish(steps, [identified, activated]);
  onState(outcome.state);
  if (activated.status === 'fulfilled') {
    return { outcome, activation: activated.value, activationError: undefined };
  }
  return { outcome, activation: undefined, activationError: judge(activated.reason).code };
}

async function finish(
  { find, bootstrap, judge, onState }: ProvisionSteps,
  [identified, activated]: readonly [
    PromiseSettledResult<unknown>,
    PromiseSettledResult<Delegated>,
  ],
): Promise<ProvisionOutcome> {
  try {
    if (identified.status === 'rejected') throw identified.reason;
    if (activated.status === 'rejected') throw activated.reason;
    const finding = await find(activated.value);
    const { path } = finding;
    if (path === 'already-done') {
      return { state: 'done', bootstrapSkipped: false, path, resumed: false };
    }
    onState('client-bootstrap');
    const resumed = await bootstrap(finding);
    return { state: 'done', bootstrapSkipped: false, path, resumed };
  } catch (error) {
    const { code, retryable } = judge(error);
    return { state: 'degraded', bootstrapSkipped: true, reason: code, retryable };
  }
}

/**
 * Determines whether an account is fresh, incomplete or complete. The marker decides, but it is
 * read together with the records that it vouches for. A marker without its records or spaces does
 * not count.
 */
export async function findAccount(
  client: NodeClient,
  session: Session,
  owner: WalletDid,
  { activated, skipped }: Delegated,
): Promise<Finding> {
  const among = (ids: readonly string[]): readonly SpaceName[] =>
    SPACE_NAMES.filter((name) => ids.includes(spaceIdOf(owner, name)));
  const hosted = among(activated);
  const missing = among(skipped);
  if (missing.length > 0) return { path: hosted.length === 0 ? 'fresh' : 'repair', hosted };
  // If the node has seen these bytes before, as after a lost reply, its reply names no space.
  const all = hosted.length === SPACE_NAMES.length;
  if (!all && (await readMarker(client, session, owner)) === undefined) {
    return { path: 'repair', hosted };
  }
  const records = await readRecords(client, session, owner);
  return { path: holdsAllRecords(records, owner) ? 'already-done' : 'repair', hosted: SPACE_NAMES };
}
