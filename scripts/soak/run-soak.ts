/**
 * Runs a soak and judges it.
 *
 * | part of the time | faults of the node | killed               | people                  |
 * | ---------------- | ------------------ | -------------------- | ----------------------- |
 * | 0 to 75 %        | yes                | service, node, both  | arrive until 70 %, act  |
 * | 75 to 100 %      | yes                | node                 | act                     |
 * | afterwards       | no                 | service, once        | are judged              |
 *
 * Memory and descriptors of the service are compared between a third of its last part and the end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Crowd } from './crowd.js';
import { Deployment, faultsOf } from './deployment.js';
import { isComplete, judgeAccount, judgeState } from './judge-person.js';
import { type Footprint, measureService } from './measure-service.js';
import { createRandom } from './seeded-random.js';
import type { SoakContext } from './soak-actions.js';
import { SoakLedger } from './soak-ledger.js';
import type { SoakPerson } from './soak-person.js';
import { reportOf, type SoakReport } from './soak-report.js';

/** What is to be run. */
export type SoakPlan = {
  readonly minutes: number;
  readonly users: number;
  readonly faultPercent: number;
  readonly restartEveryS: number;
  readonly seed: number;
};

const STEADY_FROM = 0.75;
const ARRIVED_AT = 0.7;
const WARM_PART = 1 / 3;
const MINUTE_MS = 60_000;
/** A set-up that failed shortly before the end waits for its next attempt. */
const COMPLETE_WITHIN_MS = 10 * MINUTE_MS;

type Tell = (text: string) => void;

/**
 * Runs a soak. `tell` is called with a line for each part. Rejects when the signal is aborted,
 * after ending its processes.
 */
export async function runSoak(
  plan: SoakPlan,
  tell: Tell,
  signal: AbortSignal = new AbortController().signal,
): Promise<SoakReport> {
  const deployment = await Deployment.start(faultsOf(plan.faultPercent));
  const aborted = new Promise<never>((_resolve, reject) => {
    const refuse = (): void => reject(new Error('The soak was stopped.'));
    if (signal.aborted) refuse();
    signal.addEventListener('abort', refuse);
  });
  try {
    return await Promise.race([perform(plan, deployment, tell), aborted]);
  } finally {
    await deployment.close();
  }
}

async function perform(plan: SoakPlan, deployment: Deployment, tell: Tell): Promise<SoakReport> {
  const ledger = new SoakLedger();
  tell(`soak: seed ${plan.seed}, ${plan.users} people, service ${deployment.url}`);
  const context = ledger.contextOf(deployment, createRandom(plan.seed));
  const durationMs = plan.minutes * MINUTE_MS;
  const crowd = new Crowd(context, plan.users, ARRIVED_AT * durationMs);
  const storm = { deployment, restartEveryMs: plan.restartEveryS * 1_000, tell };
  const killed = createRandom(plan.seed + 1);
  await storming(storm, STEADY_FROM * durationMs, () => killed());
  const steadyMs = (1 - STEADY_FROM) * durationMs;
  // A third of the steady part fills the caches of a process that may just have started.
  await storming(storm, WARM_PART * steadyMs, undefined);
  const begin = await measured(crowd, deployment);
  await storming(storm, (1 - WARM_PART) * steadyMs, undefined);
  const end = await measured(crowd, deployment);
  await crowd.end();
  const calm = await judge(context, deployment, crowd.people, tell);
  await stop(deployment, ledger);
  return reportOf(plan, { ledger, kills: deployment.kills, begin, end, ...calm });
}

type Storm = {
  readonly deployment: Deployment;
  readonly restartEveryMs: number;
  readonly tell: Tell;
};

/** Kills processes for a time. Without a choice, only the node is killed. */
async function storming(
  { deployment, restartEveryMs, tell }: Storm,
  durationMs: number,
  choice: (() => number) | undefined,
): Promise<void> {
  const endMs = performance.now() + durationMs;
  for (;;) {
    const leftMs = endMs - performance.now();
    await sleep(Math.min(Math.max(leftMs, 0), restartEveryMs));
    if (leftMs <= restartEveryMs) return;
    const chance = choice?.() ?? 1;
    await Promise.all([
      chance < 0.7 ? deployment.restartService() : undefined,
      chance >= 0.4 ? deployment.restartNode() : undefined,
    ]);
    const { service, node } = deployment.kills;
    tell(`soak: killed ${service} services and ${node} nodes`);
  }
}

async function measured(crowd: Crowd, deployment: Deployment): Promise<Footprint> {
  await crowd.pause();
  const footprint = await measureService(deployment);
  crowd.resume();
  return footprint;
}

type Calm = { readonly complete: number; readonly proved: number; readonly calmMs: number };

/** Ends the faults, kills the service once more, and judges every person. */
async function judge(
  context: SoakContext,
  deployment: Deployment,
  people: readonly SoakPerson[],
  tell: Tell,
): Promise<Calm> {
  tell('soak: faults and kills have ended');
  await deployment.endFaults();
  await deployment.restartService();
  const startedMs = performance.now();
  let waiting = people;
  while (performance.now() - startedMs < COMPLETE_WITHIN_MS) {
    const incomplete: SoakPerson[] = [];
    for (const person of waiting) {
      if (!(await isComplete(context, person))) incomplete.push(person);
    }
    waiting = incomplete;
    if (waiting.length === 0) break;
    tell(`soak: ${waiting.length} accounts are not complete yet`);
    await sleep(1_000);
  }
  const calmMs = performance.now() - startedMs;
  if (waiting.length > 0) context.problem(`${waiting.length} accounts were not completed`);
  for (const person of people) await judgeState(context, person);
  let proved = 0;
  for (const person of people) {
    if (await judgeAccount(context, deployment.nodeUrl, person)) proved += 1;
  }
  return { complete: people.length - waiting.length, proved, calmMs };
}

async function stop(deployment: Deployment, ledger: SoakLedger): Promise<void> {
  const code = await deployment.stopService();
  if (code !== 0) ledger.problem(`the service ended with ${String(code)} when it was stopped`);
  for (const line of deployment.errors) ledger.problem(`the log says: ${line}`);
}
