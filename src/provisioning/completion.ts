/** Whether an account counts as complete. */
import type { UserDocument } from '../accounts/user-document.js';

/** The state of an account that was completed. */
export type CompletedState = UserDocument['bootstraps'][string];

/**
 * Returns the state of an account that is complete as far as is known. An account that the node has
 * lost is not, until it is provisioned again.
 */
export function findComplete(
  user: Pick<UserDocument, 'bootstraps'> | undefined,
  runId: string,
): CompletedState | undefined {
  const state = user?.bootstraps[runId];
  return state?.lostAtMs === undefined ? state : undefined;
}

const MONTH_MS = 30 * 86_400_000;
const REPROVISIONS_A_MONTH = 2;

/** Returns the times in the last month at which a lost account was provisioned again. */
export const recentReprovisions = (
  { reprovisionedAtMs }: CompletedState,
  nowMs: number,
): readonly number[] => reprovisionedAtMs.filter((atMs) => atMs > nowMs - MONTH_MS);

/**
 * Returns whether the service gives up an account that the node has lost: it was provisioned again
 * twice within a month, and the node lost it once more.
 */
export function isGivenUp(state: CompletedState, nowMs: number): boolean {
  if (state.lostAtMs === undefined) return false;
  const recent = recentReprovisions(state, nowMs);
  return recent.length >= REPROVISIONS_A_MONTH && !recent.includes(state.lostAtMs);
}

/** Returns the state of an account that the node was found to have lost. */
export function withLoss(state: CompletedState, nowMs: number): CompletedState {
  const recent = recentReprovisions(state, nowMs);
  const isLast = recent.length >= REPROVISIONS_A_MONTH;
  const reprovisionedAtMs = isLast ? [...recent] : [...recent, nowMs];
  return { ...state, lostAtMs: nowMs, reprovisionedAtMs };
}
