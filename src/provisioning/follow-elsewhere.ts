/** Follows a run that another replica executes, by reading what is durable of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BootstrapOutcome } from '../signing/bootstrap-port.js';
import type { BootstrapRuns } from './bootstrap-runs.js';
import { findComplete } from './completion.js';
import { FOLLOW_EVERY_MS, type ProvisioningContext } from './provisioning-context.js';
import { failedOutcome } from './run-failure.js';
import { runIdOf, type RunSubject } from './run-record.js';

const COMPLETE: BootstrapOutcome = { status: 'complete', state: 'complete' };

/** The end of the wait, by `performance.now()`, and how a run that lasts longer is described. */
export type Following = { readonly untilMs: number; readonly state: 'locked' | 'executing' };

/**
 * Waits for the outcome of a run that is durable. Resolves to `pending` if it has not ended in
 * time.
 */
export async function followElsewhere(
  { users, engine }: Pick<ProvisioningContext, 'users' | 'engine'>,
  runs: BootstrapRuns,
  subject: RunSubject,
  { untilMs, state }: Following,
): Promise<BootstrapOutcome> {
  for (;;) {
    const user = await users.find(subject.userId);
    if (findComplete(user, runIdOf(subject)) !== undefined) return COMPLETE;
    const failure = (await runs.findRecord(subject))?.failure;
    if (failure !== undefined) return failedOutcome(failure, engine.clock());
    const leftMs = untilMs - performance.now();
    if (leftMs <= 0 || runs.isStopping) return { status: 'pending', state };
    await sleep(Math.min(FOLLOW_EVERY_MS, leftMs));
  }
}
