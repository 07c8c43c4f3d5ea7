/**
 * What happens to the account after a sign-in. Nothing that goes wrong here undoes the sign-in.
 *
 * | signer, account                                  | state                           | requests, besides retries |
 * | ------------------------------------------------ | ------------------------------- | ------------------------- |
 * | interactive                                      | `skipped`                       | activation                |
 * | not interactive, marker and records there        | `done` (`already-done`)         | activation, info, records |
 * | not interactive, nothing hosted                  | `client-bootstrap` → `done` (`fresh`)  | activation, info, 19 |
 * | not interactive, something there, not all of it  | `client-bootstrap` → `done` (`repair`) | what is missing      |
 * | any of these, and something failed               | `degraded`, with the code       |                           |
 */
import { SPACE_NAMES, spaceIdOf, type SpaceName } from '../bootstrap/account.js';
import type { NodeClient, Session } from '../bootstrap/node-client.js';
import { readMarker, readRecords } from '../bootstrap/node-operations.js';
import type { Delegated } from '../bootstrap/node-replies.js';
import { holdsAllRecords } from '../bootstrap/verify-account.js';
import type { ErrorCode, ServiceError } from '../errors.js';
import type { WalletDid } from '../protocol/did.js';

export type ProvisionState = 'skipped' | 'client-bootstrap' | 'done' | 'degraded';

/** How the gate ended. `bootstrapSkipped`: this sign-in has not seen the account whole. */
export type ProvisionOutcome =
  | { readonly state: 'skipped'; readonly bootstrapSkipped: true; readonly reason: 'interactive' }
  | {
      readonly state: 'done';
      readonly bootstrapSkipped: false;
      readonly path: 'fresh' | 'repair' | 'already-done';
      /** Whether a run that was interrupted was finished. */
      readonly resumed: boolean;
    }
  | {
      readonly state: 'degraded';
      readonly bootstrapSkipped: true;
      readonly reason: ErrorCode;
      readonly retryable: boolean;
    };

/** What a sign-in found of an account. `hosted`: the spaces that are there for certain. */
export type Finding = {
  readonly path: 'fresh' | 'repair' | 'already-done';
  readonly hosted: readonly SpaceName[];
};

export type ProvisionSteps = {
  readonly interactive: boolean;
  /** Posts the session of the sign-in. */
  readonly activate: () => Promise<Delegated>;
  /** Makes sure that the node is the one it was. */
  readonly identify: () => Promise<unknown>;
  readonly find: (activation: Delegated) => Promise<Finding>;
  /** Runs the engine; resolves to whether an interrupted run was finished. */
  readonly bootstrap: (finding: Finding) => Promise<boolean>;
  /** The code of a failure. */
  readonly judge: (error: unknown) => ServiceError;
  readonly onState: (state: ProvisionState) => void;
};

export type Passed = {
  readonly outcome: ProvisionOutcome;
  /** Undefined where the node did not take the session. */
  readonly activation: Delegated | undefined;
  /** Why it did not. */
  readonly activationError: ErrorCode | undefined;
};

/** Activates the session and passes the gate. Never rejects. */
export async function provisionAfterSignIn(steps: ProvisionSteps): Promise<Passed> {
  const { interactive, activate, identify, judge, onState } = steps;
  // Side by side: neither rests on the other, and the session is of no use to anybody without its key.
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
 * Fresh, to be repaired, or done already. The marker decides, and it is read together with the records that it vouches
 * for: one that stands beside missing records, or without its spaces, is not believed.
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
  // The answer to bytes that the node has seen, as after a lost reply, names no space.
  const all = hosted.length === SPACE_NAMES.length;
  if (!all && (await readMarker(client, session, owner)) === undefined) {
    return { path: 'repair', hosted };
  }
  const records = await readRecords(client, session, owner);
  return { path: holdsAllRecords(records, owner) ? 'already-done' : 'repair', hosted: SPACE_NAMES };
}
