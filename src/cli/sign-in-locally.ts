/**
 * Signs a key of one's own in at a TinyCloud node and sets its account up: the engine of the service, without one.
 *
 * Resolves once the sign-in request is signed, whatever becomes of the account (see provision-after-sign-in.ts). Rejects only where there is
 * no sign-in: a wrong argument, a refused or wrong signature, a signer that is Sealwright itself.
 */
import { createUndiciNodeTransport } from '../adapters/undici-node-transport.js';
import { spaceIdOf, SPACE_NAMES } from '../bootstrap/account.js';
import { type SignedDelegation, signDelegation, textOf } from '../bootstrap/delegations.js';
import { type EngineEnvironment, type EngineLimits, NodeClient } from '../bootstrap/node-client.js';
import { createNodeIdentity, type NodeIdentity } from '../bootstrap/node-identity.js';
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

export type StepStatus = 'running' | 'done' | 'failed';

export type SignInOptions = {
  /** The node's origin: https, or http on loopback. */
  readonly node: string;
  readonly signer: LocalSigner;
  /** Where unfinished runs and the identities of nodes are kept. */
  readonly stateDirectory: string;
  /** Domain of every SIWE (default `localhost`). */
  readonly domain?: string;
  /** Default 1. */
  readonly chainId?: number;
  /** Who the node must be; otherwise who it was when it was first met. */
  readonly nodeDid?: string;
  /** For the sign-in, and for the run after it (default a minute each). */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onState?: (state: ProvisionState) => void;
  readonly onStep?: (id: StepId, status: StepStatus) => void;
  readonly limits?: Partial<EngineLimits>;
  readonly clock?: () => number;
};

/** The session of a sign-in. Whoever has `sessionSeed` may use it: it belongs into no log. */
export type LocalSession = {
  readonly nodeUrl: string;
  readonly address: Address;
  readonly chainId: number;
  readonly siwe: string;
  /** 0x-hex, 65 bytes. */
  readonly signature: string;
  readonly cid: string;
  /** Ed25519, 32 bytes. */
  readonly sessionSeed: Uint8Array;
  readonly expiresAtMs: number;
};

export type SignInResult = {
  readonly session: LocalSession;
  /** Whether the node took the session; one that it did not may be posted later. */
  readonly activated: boolean;
  /** Why it did not. */
  readonly activationError?: ErrorCode;
  readonly bootstrap: ProvisionOutcome;
  /** Undefined where the node was not asked, or is not who it was. */
  readonly nodeDid?: string;
  /** Where the unfinished run of the account is, if one was begun: the next sign-in finishes it. */
  readonly runPath?: string;
  /** Sent to the node, retries included. */
  readonly requests: number;
  /** Asked of the signer, the sign-in's own included. */
  readonly signatures: number;
};

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

  /** Who was named is who is met from now on, too. */
  async #identify(client: NodeClient): Promise<void> {
    const nodeDid = await this.#identity.require(() => client.info());
    if (this.#options.nodeDid !== undefined) await this.#state.pins.save(nodeDid);
    this.#nodeDid = nodeDid;
  }

  #bootstrap(finding: Finding): Promise<boolean> {
    const context = {
      environment: this.#environment,
      identity: this.#identity,
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

  /** The first cause: what a refusal or a stop made fail after it says less. */
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
