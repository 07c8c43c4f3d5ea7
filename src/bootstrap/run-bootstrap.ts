/**
 * Runs one attempt of a bootstrap run, beginning where an earlier attempt stopped.
 *
 * The attempt owns the run while it lasts. `save` makes the run durable before the first byte is
 * sent, before the first host SIWE is signed, and when the attempt fails. A crash in between loses
 * only acknowledgments, and the next attempt sends the same bytes again.
 */
import { ServiceError } from '../errors.js';
import { hex, sha256Hex } from '../protocol/bytes.js';
import { encodeKeyDid } from '../protocol/did.js';
import { SPACE_NAMES, forEachSpace, spaceIdOf, type PerSpace, type SpaceName } from './account.js';
import { isMarker, kvRecords, MARKER_KEY } from './account-records.js';
import { accountStatements, secretsStatements } from './account-schema.js';
import { hostRequest, sessionRequest, signDelegation } from './delegations.js';
import { executeTasks } from './execute-tasks.js';
import { type EngineEnvironment, NodeClient, type Session } from './node-client.js';
import type { NodeIdentity } from './node-identity.js';
import {
  createNetwork,
  databaseOf,
  kvResource,
  readRecords,
  writeRecords,
  writeSql,
} from './node-operations.js';
import type { StoredValue } from './node-replies.js';
import { PLAN, type Task, type TaskId } from './plan.js';
import { renewExpired } from './renew-expired.js';
import type { RootSigner } from './root-signer.js';
import { type BootstrapRun, type DelegationState, sessionKeyOf, withAcknowledged } from './run.js';
import { spacesOfSession } from './session-grants.js';

/** The dependencies of one attempt. */
export type BootstrapContext = {
  readonly environment: EngineEnvironment;
  readonly identity: NodeIdentity;
  readonly signer: RootSigner;
  /**
   * Host and port of the service's public origin, which is the domain of every SIWE message of the
   * plan.
   */
  readonly domain: string;
  /** Makes the run durable. */
  readonly save: (run: BootstrapRun) => Promise<void>;
  readonly onTask?: (id: TaskId, status: 'running' | 'done' | 'failed', error?: unknown) => void;
  readonly signal: AbortSignal;
};

/**
 * Resolves to the completed run once the node has acknowledged every part of the account. Rejects
 * with a ServiceError.
 */
export async function runBootstrap(
  initial: BootstrapRun,
  context: BootstrapContext,
): Promise<BootstrapRun> {
  const { environment, signal } = context;
  const deadline = AbortSignal.timeout(environment.limits.runDeadlineMs);
  const attempt = new Attempt(initial, context, AbortSignal.any([signal, deadline]));
  try {
    return await attempt.finish();
  } catch (error) {
    if (signal.aborted) throw new ServiceError('ERR_BOOTSTRAP_INTERRUPTED', { cause: error });
    if (deadline.aborted) throw new ServiceError('ERR_BOOTSTRAP_TIMEOUT', { cause: error });
    throw error;
  }
}

class Attempt {
  #run: BootstrapRun;
  readonly #context: BootstrapContext;
  readonly #client: NodeClient;
  readonly #peers = new Map<SpaceName, string>();
  #found: ReadonlyMap<string, StoredValue> | undefined;

  constructor(run: BootstrapRun, context: BootstrapContext, signal: AbortSignal) {
    this.#context = context;
    this.#client = new NodeClient(context.environment, signal);
    this.#run = renewExpired(run, context.environment);
  }

  async finish(): Promise<BootstrapRun> {
    await this.#context.save(this.#run);
    try {
      const { environment, identity } = this.#context;
      const { parallelism } = environment.limits;
      // The node was unavailable when the service started: verify its identity before the first
      // signature.
      if (!identity.isKnown()) await this.#info();
      await executeTasks(PLAN, (task) => this.#perform(task), parallelism);
      return this.#run;
    } catch (error) {
      await this.#context.save(this.#run);
      throw error;
    }
  }

  async #perform(task: Task): Promise<void> {
    const { onTask, environment } = this.#context;
    await environment.turn();
    onTask?.(task.id, 'running');
    try {
      await this.#send(task.id);
    } catch (error) {
      onTask?.(task.id, 'failed', error);
      throw error;
    }
    if (this.#run.doneAtMs[task.id] === undefined) {
      const doneAtMs = { ...this.#run.doneAtMs, [task.id]: environment.clock() };
      this.#run = { ...this.#run, doneAtMs };
    }
    onTask?.(task.id, 'done');
  }

  async #send(id: TaskId): Promise<void> {
    const [kind, name] = id.split(':');
    const space = SPACE_NAMES.find((known) => known === name) ?? 'default';
    switch (kind) {
      case 'info':
        return this.#info();
      case 'peer':
        return this.#peer(space);
      case 'session':
        return this.#session(space);
      case 'host':
        return this.#host(space);
      case 'checkpoint':
        return this.#checkpoint();
      case 'read':
        return this.#read();
      case 'records':
        return this.#records();
      default:
        return this.#once(id);
    }
  }

  async #info(): Promise<void> {
    const nodeDid = await this.#context.identity.require(() => this.#client.info());
    if (this.#run.nodeDid !== undefined && this.#run.nodeDid !== nodeDid) {
      throw new ServiceError('ERR_BOOTSTRAP_NODE_CHANGED');
    }
    this.#run = { ...this.#run, nodeDid };
  }

  #needsHost(name: SpaceName): boolean {
    return !this.#run.hostedBefore.includes(name) && this.#run.hosts?.[name].cid === undefined;
  }

  async #peer(name: SpaceName): Promise<void> {
    if (!this.#needsHost(name)) return;
    const peer = await this.#client.peer(spaceIdOf(this.#context.signer.owner, name));
    this.#peers.set(name, peer);
  }

  async #session(name: SpaceName): Promise<void> {
    if (this.#run.sessions[name].cid !== undefined) return;
    const { signer, domain } = this.#context;
    const request = sessionRequest(this.#run, signer.owner, domain, name);
    const delegation = await signDelegation(signer, request);
    const spaces = spacesOfSession(name);
    const asked = spaces.map((space) => spaceIdOf(signer.owner, space));
    const answer = await this.#client.delegate(delegation, asked);
    const hosted = spaces.filter((space) =>
      answer.activated.includes(spaceIdOf(signer.owner, space)),
    );
    const accountId = spaceIdOf(signer.owner, 'account');
    this.#run = {
      ...this.#run,
      sessions: withAcknowledged(this.#run.sessions, name, delegation),
      hostedBefore: [...new Set([...this.#run.hostedBefore, ...hosted])],
      accountIsNew:
        !answer.activated.includes(accountId) &&
        (this.#run.accountIsNew || answer.skipped.includes(accountId)),
    };
  }

  /** Verifies the peers and makes them durable before a host SIWE names one. */
  async #checkpoint(): Promise<void> {
    if (this.#peers.size === 0) return;
    const peers = forEachSpace((name) => this.#peers.get(name) ?? this.#run.peers?.[name] ?? '');
    this.#verifyPeers(peers);
    const issuedAtMs = this.#context.environment.clock();
    const hosts =
      this.#run.hosts ?? forEachSpace((): DelegationState => ({ issuedAtMs, round: 0 }));
    this.#run = { ...this.#run, peers, hosts };
    await this.#context.save(this.#run);
  }

  #verifyPeers(peers: PerSpace<string>): void {
    const known = SPACE_NAMES.map((name) => peers[name]).filter((peer) => peer !== '');
    const own = SPACE_NAMES.map((name) => encodeKeyDid(sessionKeyOf(this.#run, name).publicKey));
    const all = [...known, ...own, this.#run.nodeDid ?? ''];
    if (new Set(all).size !== all.length) throw new ServiceError('ERR_BOOTSTRAP_PEER_DID');
    const before = this.#run.peers;
    const changed = SPACE_NAMES.some(
      (name) => before !== undefined && before[name] !== '' && before[name] !== peers[name],
    );
    if (changed) throw new ServiceError('ERR_BOOTSTRAP_PEER_CHANGED');
  }

  async #host(name: SpaceName): Promise<void> {
    if (!this.#needsHost(name) || this.#run.hosts === undefined) return;
    const { signer, domain } = this.#context;
    const delegation = await signDelegation(
      signer,
      hostRequest(this.#run, signer.owner, domain, name),
    );
    const spaceId = spaceIdOf(signer.owner, name);
    const { skipped } = await this.#client.delegate(delegation, [spaceId]);
    // An empty reply means that the node already accepted these bytes and hosts the space.
    if (skipped.length > 0) throw new ServiceError('ERR_BOOTSTRAP_SPACE_NOT_HOSTED');
    this.#run = { ...this.#run, hosts: withAcknowledged(this.#run.hosts, name, delegation) };
  }

  #sessionOf(name: SpaceName): Session {
    const { cid } = this.#run.sessions[name];
    if (cid === undefined)
      throw new TypeError(`session ${name} is used before it was acknowledged`);
    return { key: sessionKeyOf(this.#run, name), cid };
  }

  /** Sends a task that is never sent again once the node has acknowledged it. */
  async #once(id: TaskId): Promise<void> {
    if (this.#run.done.includes(id)) return;
    const { owner } = this.#context.signer;
    const at = new Date(this.#run.startedAtMs);
    if (id === 'network') {
      const session = this.#sessionOf('account');
      const networkKey = await createNetwork(this.#client, session, owner, this.#run.nodeDid ?? '');
      this.#run = { ...this.#run, networkKey };
    } else if (id === 'account-sql') {
      const database = databaseOf(owner, 'account', 'account');
      const statements = accountStatements(owner, at);
      await writeSql(this.#client, this.#sessionOf('default'), database, statements);
      this.#noteWritten(database, JSON.stringify(statements));
    } else {
      const database = databaseOf(owner, 'secrets', 'default');
      const statements = secretsStatements(at);
      await writeSql(this.#client, this.#sessionOf('secrets'), database, statements);
      this.#noteWritten(database, JSON.stringify(statements));
    }
    this.#run = { ...this.#run, done: [...this.#run.done, id] };
  }

  /** Finds records to keep, on an account that existed before or after an interrupted attempt. */
  async #read(): Promise<void> {
    if (this.#run.accountIsNew && this.#run.attempt === 1) return;
    this.#found = await readRecords(
      this.#client,
      this.#sessionOf('default'),
      this.#context.signer.owner,
    );
  }

  async #records(): Promise<void> {
    const { environment, signer } = this.#context;
    const now = new Date(environment.clock());
    const found = this.#found;
    const missing = kvRecords(signer.owner, new Date(this.#run.startedAtMs), now).filter(
      ({ key }) => {
        const value = found?.get(key);
        if (value === undefined) return true;
        return key === MARKER_KEY && !isMarker(value.contentType, value.text);
      },
    );
    if (missing.length === 0) return;
    const boundary = `sealwright-${hex(environment.randomBytes(12))}`;
    await writeRecords(this.#client, this.#sessionOf('default'), signer.owner, missing, boundary);
    for (const { key, json } of missing) this.#noteWritten(kvResource(signer.owner, key), json);
  }

  #noteWritten(resource: string, text: string): void {
    const others = this.#run.written.filter((each) => each.resource !== resource);
    this.#run = { ...this.#run, written: [...others, { resource, sha256: sha256Hex(text) }] };
  }
}
