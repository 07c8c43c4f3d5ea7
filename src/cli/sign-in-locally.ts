/**
 * Signs a local key in at a TinyCloud node and sets up its account with the engine of the service.
 *
 * Resolves once the sign-in request is signed, whether or not the account could be set up (see
 * provision-after-sign-in.ts). Rejects only if there is no sign-in: because of an invalid argument,
 * a refused or invalid signature, or a signer that is Sealwright itself.
 */
import { createUndiciNodeTransport } from '../adapters/undici-node-transport.js';
import { spaceIdOf, SPACE_NAMES } from '../bootstrap/account.js';
import { type SignedDelegation, signDelegation, textOf } from '../bootstrap/delegations.js';
import { type EngineEnvironment, type EngineLimits, NodeClient } from '../bootstrap/node-client.js';
import { createNodeIdentity, justVerified, type NodeIdentity } from '../bootstrap/node-identity.js';
import { STEPS_OF, type TaskId } from '../bootstrap/plan.js';
import { SESSION_LIFETIME_MS } from '../bootstrap/run.js';
import type { StepId } from '../bootstrap/steps.js';
import { type ErrorCode, ServiceError } from '../errors.js';
import type { Address } from '../protocol/address.js';
import { hex } from '../protocol/bytes.js';
import { parseChainId } from '../protocol/did.js';
import { ed25519KeyOf } from '../protocol/ed25519.js';
import { clientBootstrap } from './client-bootstrap.js';
import { refuseOwnService } from './foreign-signer.js';
import {
  findAccount,
  type Finding,
  type ProvisionOutcome,
  type ProvisionState,
  type Passed,
  provisionAfterSignIn,
} from './provision-after-sign-in.js';
import type { LocalSigner } from './local-signer.js';
import { LocalState } from './local-state.js';
import { parseNodeOrigin } from './node-origin.js';
import { type CountingTransport, countRequests, openEnvironment } from './open-environment.js';
import { signInRequest } from './sign-in-request.js';
import { SignatureDesk } from './signature-desk.js';

/** The status of a step. */
export type StepStatus = 'running' | 'done' | 'failed';

/** The options of a sign-in. */
export type SignInOptions = {
  /** The origin of the node: https, or http on loopback. */
  readonly node: string;
  readonly signer: LocalSigner;
  /** The directory of unfinished runs and identities of nodes. */
  readonly stateDirectory: string;
  /** The domain of every SIWE message (default `localhost`). */
  readonly domain?: string;
  /** The chain id (default 1). */
  readonly chainId?: number;
  /** The DID that the node must have (default: the one it had at first use). */
  readonly nodeDid?: string;
  /** The time limit of the sign-in, and of the run after it (default one minute each). */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onState?: (state: ProvisionState) => void;
  readonly onStep?: (id: StepId, status: StepStatus) => void;
  readonly limits?: Partial<EngineLimits>;
  readonly clock?: () => number;
};

/** The session of a sign-in. `sessionSeed` is a secret that must never be logged. */
export type LocalSession = {
  readonly nodeUrl: string;
  readonly address: Address;
  readonly chainId: number;
  readonly siwe: string;
  /** 65 bytes in 0x-prefixed hex. */
  readonly signature: string;
  readonly cid: string;
  /** The seed of the Ed25519 session key, 32 bytes. */
  readonly sessionSeed: Uint8Array;
  readonly expiresAtMs: number;
};

/** The result of a sign-in. */
export type SignInResult = {
  readonly session: LocalSession;
  /** Whether the node accepted the session. One that it did not accept can be posted later. */
  readonly activated: boolean;
  /** Why the node did not accept the session. */
  readonly activationError?: ErrorCode;
  readonly bootstrap: ProvisionOutcome;
  /** Undefined if the node was not asked, or if its identity could not be verified. */
  readonly nodeDid?: string;
  /** The path of the unfinished run, which the next sign-in resumes. Set if provisioning failed. */
  readonly runPath?: string;
  /** The number of requests to the node, including retries. */
  readonly requests: number;
  /** The number of signatures requested, including that of the sign-in. */
  readonly signatures: number;
};

/** Signs in and sets up the account. Rejects ERR_LOCAL_* or ERR_DID_INVALID. */
export async function signInLocally(options: SignInOptions): Promise<SignInResult> {
  refuseOwnService(options.signer);
  const origin = parseNodeOrigin(options.node);
  const transport = countRequests(createUndiciNodeTransport({ origin }));
  try {
    return await new SignIn(options, origin, transport).perform();
  } finally {
    await transport.close();
  }
}

class SignIn {
  readonly #options: SignInOptions;
  readonly #origin: string;
  readonly #transport: CountingTransport;
  readonly #environment: EngineEnvironment;
  readonly #desk: SignatureDesk;
  readonly #state: LocalState;
  readonly #identity: NodeIdentity;
  readonly #stop: AbortSignal;
  #nodeDid: string | undefined;

  constructor(options: SignInOptions, origin: string, transport: CountingTransport) {
    const { signer, stateDirectory, chainId = 1 } = options;
    if (parseChainId(String(chainId)) === undefined) throw new ServiceError('ERR_DID_INVALID');
    this.#options = options;
    this.#origin = origin;
    this.#transport = transport;
    this.#environment = openEnvironment(options, transport);
    this.#stop = options.signal ?? new AbortController().signal;
    this.#desk = new SignatureDesk(signer, chainId, this.#stop);
    this.#state = new LocalState(stateDirectory, this.#desk.owner, origin);
    this.#identity = createNodeIdentity(options.nodeDid, this.#state.pins);
  }

  async perform(): Promise<SignInResult> {
    const { clock, randomBytes, limits } = this.#environment;
    const sessionSeed = randomBytes(32);
    const key = ed25519KeyOf(sessionSeed);
    const { owner } = this.#desk;
    const request = signInRequest(owner, this.#domain, key, clock(), randomBytes(9));
    const delegation = await signDelegation(this.#desk, request);
    const passed = await this.#provision(
      delegation,
      key,
      AbortSignal.timeout(limits.runDeadlineMs),
    );
    const session: LocalSession = {
      nodeUrl: this.#origin,
      address: owner.address,
      chainId: owner.chainId,
      siwe: textOf(request),
      signature: `0x${hex(delegation.signature)}`,
      cid: delegation.cid,
      sessionSeed,
      expiresAtMs: request.issuedAtMs + SESSION_LIFETIME_MS,
    };
    return this.#result(session, passed);
  }

  get #domain(): string {
    return this.#options.domain ?? 'localhost';
  }

  #provision(
    delegation: SignedDelegation,
    key: ReturnType<typeof ed25519KeyOf>,
    deadline: AbortSignal,
  ): Promise<Passed> {
    const { owner } = this.#desk;
    const client = new NodeClient(this.#environment, AbortSignal.any([this.#stop, deadline]));
    const asked = SPACE_NAMES.map((name) => spaceIdOf(owner, name));
    return provisionAfterSignIn({
      interactive: this.#options.signer.interactive,
      activate: () => client.delegate(delegation, asked),
      identify: () => this.#identify(client),
      find: async (activation) => {
        const finding = await findAccount(client, { key, cid: delegation.cid }, owner, activation);
        if (finding.path === 'already-done') await this.#state.removeRun();
        return finding;
      },
      bootstrap: (finding) => this.#bootstrap(finding),
      judge: (error) => this.#judge(error, deadline),
      onState: (state) => this.#options.onState?.(state),
    });
  }

  /** Verifies the identity of the node. A configured DID is also pinned. */
  async #identify(client: NodeClient): Promise<void> {
    const nodeDid = await this.#identity.require(() => client.info());
    if (this.#options.nodeDid !== undefined) await this.#state.pins.save(nodeDid);
    this.#nodeDid = nodeDid;
  }

  #bootstrap(finding: Finding): Promise<boolean> {
    const context = {
      environment: this.#environment,
      identity: this.#nodeDid === undefined ? this.#identity : justVerified(this.#nodeDid),
      nodeDid: this.#nodeDid ?? '',
      state: this.#state,
      desk: this.#desk,
      deriveSeed: this.#options.signer.deriveSeed,
      domain: this.#domain,
      signal: this.#stop,
      onTask: (id: TaskId, status: StepStatus) => this.#onTask(id, status),
    };
    return clientBootstrap(context, finding);
  }

  #onTask(id: TaskId, status: StepStatus): void {
    for (const step of STEPS_OF.get(id) ?? []) this.#options.onStep?.(step, status);
  }

  /**
   * Returns the first cause, because the errors that follow a refusal or a stop are less specific.
   */
  #judge(error: unknown, deadline: AbortSignal): ServiceError {
    if (this.#desk.failure !== undefined) return this.#desk.failure;
    if (this.#stop.aborted) {
      return new ServiceError('ERR_BOOTSTRAP_INTERRUPTED', { cause: error });
    }
    const isOwn = error instanceof ServiceError && error.code !== 'ERR_NODE_ABORTED';
    if (isOwn) return error;
    const code = deadline.aborted ? 'ERR_BOOTSTRAP_TIMEOUT' : 'ERR_BOOTSTRAP_INTERNAL';
    return new ServiceError(code, { cause: error });
  }

  #result(session: LocalSession, passed: Passed): SignInResult {
    const { outcome, activation, activationError } = passed;
    return {
      session,
      activated: activation !== undefined,
      ...(activationError === undefined ? {} : { activationError }),
      bootstrap: outcome,
      ...(this.#nodeDid === undefined ? {} : { nodeDid: this.#nodeDid }),
      ...(outcome.state === 'degraded' ? { runPath: this.#state.runPath } : {}),
      requests: this.#transport.count,
      signatures: this.#desk.asked,
    };
  }
}
