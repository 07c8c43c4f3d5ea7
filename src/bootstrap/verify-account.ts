/** Reads an account back to verify that what a node acknowledged is really stored. */
import type { WalletDid } from '../protocol/did.js';
import { isMarker, MARKER_KEY, recordKeys } from './account-records.js';
import { accountReadBack, secretsReadBack } from './account-schema.js';
import { SPACE_NAMES, spaceIdOf } from './account.js';
import { type DelegationRequest, signDelegation } from './delegations.js';
import { type EngineEnvironment, NodeClient, type Session } from './node-client.js';
import { MAX_CLOCK_OFFSET_MS } from './node-clock.js';
import { databaseOf, hasNetwork, hasSqlRows, readMarker, readRecords } from './node-operations.js';
import type { TaskId } from './plan.js';
import type { RootSigner } from './root-signer.js';
import { type BootstrapRun, createRun, sessionKeyOf, sessionUriOf } from './run.js';
import { probeRecap } from './session-grants.js';

/** Longer than the clock of the node may be ahead. */
const PROBE_LIFETIME_MS = 2 * MAX_CLOCK_OFFSET_MS;

function sessionOf(run: BootstrapRun, name: 'default' | 'secrets'): Session {
  return { key: sessionKeyOf(run, name), cid: run.sessions[name].cid ?? '' };
}

/**
 * Reads every record, the expected rows and the network with the sessions of a completed run, and
 * returns the tasks whose results are missing.
 */
export async function findMissing(
  run: BootstrapRun,
  owner: WalletDid,
  environment: EngineEnvironment,
  signal: AbortSignal,
): Promise<readonly TaskId[]> {
  const client = new NodeClient(environment, signal);
  const [byDefault, bySecrets] = [sessionOf(run, 'default'), sessionOf(run, 'secrets')];
  const account = databaseOf(owner, 'account', 'account');
  const secrets = databaseOf(owner, 'secrets', 'default');
  const [records, hasAccountRows, hasSecretsRows, network] = await Promise.all([
    readRecords(client, byDefault, owner),
    hasSqlRows(client, byDefault, account, accountReadBack(owner)),
    hasSqlRows(client, bySecrets, secrets, secretsReadBack()),
    hasNetwork(client, owner, run.nodeDid ?? ''),
  ]);
  const missing: TaskId[] = [];
  if (!network) missing.push('network');
  if (!hasAccountRows) missing.push('account-sql');
  if (!hasSecretsRows) missing.push('secrets-sql');
  if (!holdsAllRecords(records, owner)) missing.push('records');
  return missing;
}

/**
 * Returns whether the records of an account are complete: each one exists, and the marker that
 * vouches for them is valid.
 */
export function holdsAllRecords(
  records: Awaited<ReturnType<typeof readRecords>>,
  owner: WalletDid,
): boolean {
  const marker = records.get(MARKER_KEY);
  return (
    recordKeys(owner).every((key) => records.has(key)) &&
    marker !== undefined &&
    isMarker(marker.contentType, marker.text)
  );
}

/**
 * Returns whether the node still has the account: it hosts the five spaces and stores the marker.
 * This costs one root signature, a read-only delegation that is valid for ten minutes, and two
 * requests.
 */
export async function isAccountWhole(
  signer: RootSigner,
  domain: string,
  environment: EngineEnvironment,
  signal: AbortSignal,
): Promise<boolean> {
  const client = new NodeClient(environment, signal);
  const probe = createRun(environment.randomBytes(32), environment.clock());
  const key = sessionKeyOf(probe, 'probe');
  const request: DelegationRequest = {
    owner: signer.owner,
    domain,
    uri: sessionUriOf(key),
    nonce: Buffer.from(environment.randomBytes(9)).toString('hex'),
    issuedAtMs: environment.clock(),
    lifetimeMs: PROBE_LIFETIME_MS,
    recap: probeRecap(signer.owner, SPACE_NAMES),
  };
  const delegation = await signDelegation(signer, request);
  const asked = SPACE_NAMES.map((name) => spaceIdOf(signer.owner, name));
  const { activated } = await client.delegate(delegation, asked);
  if (activated.length !== asked.length) return false;
  const marker = await readMarker(client, { key, cid: delegation.cid }, signer.owner);
  return marker !== undefined && isMarker(marker.contentType, marker.text);
}
