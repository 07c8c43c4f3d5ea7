/**
 * Decides which delegations of an earlier attempt can still be used. A node answers 200 to a re-posted delegation that has
 * expired, so expiry is judged here, by our clock. The margin is the length of a whole run plus the time by which the node's
 * clock may be ahead. Only what the remaining tasks need is made anew; an unexpired host delegation never is.
 */
import { forEachSpace, type SpaceName } from './account.js';
import { CLOCK_TOLERANCE_MS, type EngineEnvironment } from './node-client.js';
import {
  type BootstrapRun,
  type DelegationState,
  HOST_LIFETIME_MS,
  SESSION_LIFETIME_MS,
} from './run.js';

const isSessionNeeded = (run: BootstrapRun, name: SpaceName): boolean => {
  switch (name) {
    case 'default':
      return true;
    case 'account':
      return !run.done.includes('network');
    case 'secrets':
      return !run.done.includes('secrets-sql');
    case 'applications':
    case 'public':
      return false;
  }
};

/** The run with a new round for each delegation that expired and is still of use. */
export function renewExpired(
  run: BootstrapRun,
  { clock, limits }: Pick<EngineEnvironment, 'clock' | 'limits'>,
): BootstrapRun {
  const nowMs = clock();
  const renew = (state: DelegationState, lifetimeMs: number, needed: boolean): DelegationState => {
    const neededUntilMs = nowMs + limits.runDeadlineMs + CLOCK_TOLERANCE_MS;
    const expired = state.issuedAtMs + lifetimeMs < neededUntilMs;
    return expired && needed ? { issuedAtMs: nowMs, round: state.round + 1 } : state;
  };
  const { hosts } = run;
  return {
    ...run,
    sessions: forEachSpace((name) => {
      const state = run.sessions[name];
      const needed = state.cid === undefined || isSessionNeeded(run, name);
      return renew(state, SESSION_LIFETIME_MS, needed);
    }),
    ...(hosts === undefined
      ? {}
      : {
          hosts: forEachSpace((name) =>
            renew(hosts[name], HOST_LIFETIME_MS, hosts[name].cid === undefined),
          ),
        }),
  };
}
