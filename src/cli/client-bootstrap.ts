/**
 * Runs the bootstrap engine for a local key. It resumes an interrupted run, or starts one from what
 * the sign-in found.
 */
import { SPACE_NAMES } from '../bootstrap/account.js';
import type { EngineEnvironment } from '../bootstrap/node-client.js';
import type { NodeIdentity } from '../bootstrap/node-identity.js';
import type { TaskId } from '../bootstrap/plan.js';
import { type BootstrapRun, createRun } from '../bootstrap/run.js';
import { runBootstrap } from '../bootstrap/run-bootstrap.js';
import type { Finding } from './provision-after-sign-in.js';
import type { LocalSigner } from './local-signer.js';
import type { LocalRun, LocalState } from './local-state.js';
import type { SignatureDesk } from './signature-desk.js';

/** The dependencies of the bootstrap. */
export type ClientBootstrap = {
  readonly environment: EngineEnvironment;
  readonly identity: NodeIdentity;
  readonly nodeDid: string;
  readonly state: LocalState;
  readonly desk: SignatureDesk;
  readonly deriveSeed: LocalSigner['deriveSeed'];
  readonly domain: string;
  readonly signal: AbortSignal;
  readonly onTask: (id: TaskId, status: 'running' | 'done' | 'failed') => void;
};

type Begun = { readonly run: BootstrapRun; readonly kept: LocalRun; readonly resumed: boolean };

/**
 * Completes the account. Resolves to whether it resumed an interrupted run. Only one process at a
 * time works on an account.
 */
export async function clientBootstrap(
  context: ClientBootstrap,
  finding: Finding,
): Promise<boolean> {
  const { environment, identity, state, desk, signal, onTask } = context;
  const lock = await state.lock();
  try {
    const { run, kept, resumed } = await begin(context, finding);
    await runBootstrap(run, {
      environment,
      identity,
      signer: desk,
      domain: kept.domain,
      save: ({ seed: _seed, ...progress }) => state.saveRun({ ...kept, progress }),
      onTask,
      signal: AbortSignal.any([signal, desk.halted]),
    });
    await state.removeRun();
    return resumed;
  } finally {
    await lock.release();
  }
}

async function begin(context: ClientBootstrap, finding: Finding): Promise<Begun> {
  const { environment, state, deriveSeed, domain, nodeDid } = context;
  const seedOf = (salt: Uint8Array): Uint8Array => deriveSeed?.(salt) ?? salt;
  const found = await state.findRun();
  if (found !== undefined && isOfUse(found, finding, nodeDid)) {
    const { salt, progress } = found;
    const run = { ...progress, seed: seedOf(salt), attempt: progress.attempt + 1 };
    return { run, kept: found, resumed: true };
  }
  const salt = environment.randomBytes(32);
  const created = createRun(seedOf(salt), environment.clock());
  const run = { ...created, hostedBefore: [...finding.hosted] };
  const { seed: _seed, ...progress } = run;
  return { run, kept: { salt, domain, progress }, resumed: false };
}

/**
 * Returns whether a run can be resumed. A run cannot if it depends on another node, or on a space
 * that the node does not have.
 */
function isOfUse({ progress }: LocalRun, { hosted }: Finding, nodeDid: string): boolean {
  const { hostedBefore, hosts } = progress;
  if (progress.nodeDid !== undefined && progress.nodeDid !== nodeDid) return false;
  return SPACE_NAMES.every(
    (name) =>
      hosted.includes(name) || (!hostedBefore.includes(name) && hosts?.[name].cid === undefined),
  );
}
