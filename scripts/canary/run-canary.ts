/** Uses a service as a person with a program does, one step after another. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Wallet } from 'ethers';
import { messageOf } from '../../attestation/failure-reason.js';
import { proveAccount } from '../../src/account-check/prove-account.js';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { ServiceClient } from '../../src/program-client/service-client.js';

/** What is used, and how long its set-up may take. */
export type CanaryPlan = {
  readonly service: string;
  readonly node: string;
  readonly waitMs: number;
  /** For tests: changes the account between its set-up and the proof. */
  readonly beforeProof?: (address: string) => void;
};

/** The steps, in their order. */
export const CANARY_STEPS = ['ready', 'sign-in', 'sign', 'set-up', 'proof'] as const;

/** A step. */
export type CanaryStep = (typeof CANARY_STEPS)[number];

/** The result of a run. */
export type CanaryReport = {
  readonly service: string;
  readonly node: string;
  readonly isWhole: boolean;
  readonly finishedAt: string;
  readonly address?: string;
  /** How long each step took that was done. */
  readonly seconds: Readonly<Partial<Record<CanaryStep, number>>>;
  /** The step that failed, and why. */
  readonly failed?: { readonly step: CanaryStep; readonly reason: string };
};

const READY_DEADLINE_MS = 10_000;
const LOOK_EVERY_MS = 1_000;
/** Nobody can register a name below `.example` (RFC 2606). */
const DOMAIN = 'canary.example';

/** How far a run is. */
type Progress = {
  step: CanaryStep;
  address: string | undefined;
  readonly seconds: Partial<Record<CanaryStep, number>>;
};

/** Runs each step until one fails. Never rejects. */
export async function runCanary(plan: CanaryPlan): Promise<CanaryReport> {
  const progress: Progress = { step: 'ready', address: undefined, seconds: {} };
  try {
    await perform(plan, progress);
    return reportOf(plan, progress);
  } catch (error) {
    return reportOf(plan, progress, { step: progress.step, reason: messageOf(error) });
  }
}

function reportOf(
  { service, node }: CanaryPlan,
  { address, seconds }: Progress,
  failed?: CanaryReport['failed'],
): CanaryReport {
  return {
    service,
    node,
    isWhole: failed === undefined,
    finishedAt: new Date().toISOString(),
    ...(address === undefined ? {} : { address }),
    seconds,
    ...(failed === undefined ? {} : { failed }),
  };
}

async function perform(plan: CanaryPlan, progress: Progress): Promise<void> {
  const during = async <T>(step: CanaryStep, work: () => Promise<T>): Promise<T> => {
    progress.step = step;
    const startedMs = performance.now();
    const result = await work();
    progress.seconds[step] = Math.round(performance.now() - startedMs) / 1_000;
    return result;
  };
  await during('ready', () => requireReady(plan.service));
  const client = new ServiceClient(plan.service);
  const wallet = new Wallet(`0x${randomBytes(32).toString('hex')}`);
  const key = await during('sign-in', () => client.signIn(wallet));
  progress.address = key.address;
  const { siwe, sessionSeed } = composeAppSignIn(key.address, DOMAIN, Date.now());
  const { signature } = await during('sign', () => client.sign(key.id, siwe));
  await during('set-up', () => untilComplete(client, key.id, plan.waitMs));
  plan.beforeProof?.(key.address);
  const seed = Buffer.from(sessionSeed).toString('hex');
  const input = { nodeUrl: plan.node, siwe, signature, sessionSeed: seed };
  await during('proof', () => requireWhole(input));
  // Whatever comes of it, the account was judged.
  await client.signOut().catch(() => undefined);
}

async function requireReady(service: string): Promise<void> {
  const signal = AbortSignal.timeout(READY_DEADLINE_MS);
  const response = await fetch(`${service}/readyz`, { signal, redirect: 'error' });
  if (response.ok) {
    await response.body?.cancel();
    return;
  }
  const { unready = [] } = (await response.json()) as {
    readonly unready?: readonly { readonly part: string; readonly reason: string }[];
  };
  const parts = unready.map(({ part, reason }) => `${part} (${reason})`).join(', ');
  throw new Error(`/readyz: ${response.status} ${parts}`);
}

async function untilComplete(client: ServiceClient, keyId: string, waitMs: number): Promise<void> {
  const endMs = performance.now() + waitMs;
  for (;;) {
    const { status, errorCode, retryable } = await client.bootstrap(keyId);
    if (status === 'complete') return;
    const seen = `${status} ${errorCode ?? ''}`.trim();
    if (status === 'failed' && retryable !== true) throw new Error(`the set-up is ${seen}`);
    if (performance.now() > endMs) throw new Error(`the set-up is ${seen} after the time given`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function requireWhole(input: Parameters<typeof proveAccount>[0]): Promise<void> {
  const { proved, rows } = await proveAccount(input);
  if (proved) return;
  const flawed = rows.filter(({ verdict }) => verdict === 'MISSING' || verdict === 'WRONG');
  throw new Error(flawed.map(({ what, verdict }) => `${what}: ${verdict}`).join('; '));
}
