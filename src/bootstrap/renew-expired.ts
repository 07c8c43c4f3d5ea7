/**
 * Decides which delegations of an earlier attempt are still usable. A node answers 200 when an
 * expired delegation is posted again, so expiry is judged here, by the service's clock. The margin
 * is the maximum length of a run plus the amount by which the node's clock may be ahead. A
 * delegation is renewed only if a remaining task needs it, and a host delegation only after it has
 * expired.
 */
import { forEachSpace, SPACE_NAMES, type SpaceName } from './account.js';
import { MAX_CLOCK_OFFSET_MS } from './node-clock.js';
import type { EngineEnvironment } from './node-client.js';
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

/**
 * Returns the run with a new round for each delegation that has expired and is still needed, or the
 * same object if there is none.
 */
export function renewExpired(
  run: BootstrapRun,
  { clock, limits }: Pick<EngineEnvironment, 'clock' | 'limits'>,
): BootstrapRun {
  const nowMs = clock();
  const renew = (state: DelegationState, lifetimeMs: number, needed: boolean): DelegationState => {
    const neededUntilMs = nowMs + limits.runDeadlineMs + MAX_CLOCK_OFFSET_MS;
    const expired = state.issuedAtMs + lifetimeMs < neededUntilMs;
    return expired && needed ? { issuedAtMs: nowMs, round: state.round + 1 } : state;
  };
  const sessions = forEachSpace((name) => {
    const state = run.sessions[name];
    const needed = state.cid === undefined || isSessionNeeded(run, name);
    return renew(state, SESSION_LIFETIME_MS, needed);
  });
  const { hosts: before } = run;
  const hosts =
    before &&
    forEachSpace((name) => renew(before[name], HOST_LIFETIME_MS, before[name].cid === undefined));
  const isSame = SPACE_NAMES.every(
    (name) => sessions[name] === run.sessions[name] && hosts?.[name] === before?.[name],
  );
  return isSame ? run : { ...run, sessions, ...(hosts === undefined ? {} : { hosts }) };
}
