/** Creates the claims of a receipt from a completed run. */
import type { Receipt } from '../../attestation/schema/receipt.js';
import { hex } from '../protocol/bytes.js';
import type { WalletDid } from '../protocol/did.js';
import { networkIdOf, SPACE_NAMES } from './account.js';
import { type DelegationRequest, hostRequest, sessionRequest, textOf } from './delegations.js';
import { PLAN_VERSION } from './plan.js';
import type { BootstrapRun, DelegationState } from './run.js';

/** The claims that come from the run itself. */
export type RunClaims = Omit<Receipt, 'jti' | 'app_id' | 'boot_statement'>;

type Place = { readonly owner: WalletDid; readonly domain: string; readonly nodeOrigin: string };

/** Returns the claims of a completed run. Throws TypeError if the run is not complete. */
export function claimsOfRun(run: BootstrapRun, place: Place, completedAtMs: number): RunClaims {
  const { owner, domain, nodeOrigin } = place;
  const { nodeDid, networkKey } = run;
  if (nodeDid === undefined || networkKey === undefined)
    throw new TypeError('the run is not finished');
  const sessions = SPACE_NAMES.map((name) =>
    claimOf('session', name, sessionRequest(run, owner, domain, name), run.sessions[name]),
  );
  const hosts = SPACE_NAMES.filter((name) => run.hosts?.[name].cid !== undefined).map((name) =>
    claimOf('host', name, hostRequest(run, owner, domain, name), run.hosts?.[name]),
  );
  return {
    address: owner.address,
    chain_id: owner.chainId,
    node: { origin: nodeOrigin, did: nodeDid },
    plan_version: PLAN_VERSION,
    signed: [...sessions, ...hosts],
    hosted_before: SPACE_NAMES.filter((name) => run.hosts?.[name].cid === undefined),
    network: { id: networkIdOf(owner), public_key: networkKey },
    written: [...run.written].toSorted((a, b) => (a.resource < b.resource ? -1 : 1)),
    started_at: new Date(run.startedAtMs).toISOString(),
    completed_at: new Date(completedAtMs).toISOString(),
    attempts: run.attempt,
  };
}

function claimOf(
  kind: 'session' | 'host',
  space: (typeof SPACE_NAMES)[number],
  request: DelegationRequest,
  state: DelegationState | undefined,
): Receipt['signed'][number] {
  const { cid, signature, round = 0 } = state ?? {};
  if (cid === undefined || signature === undefined) throw new TypeError('the run is not finished');
  return { kind, space, siwe: textOf(request), signature: hex(signature), cid, round };
}
