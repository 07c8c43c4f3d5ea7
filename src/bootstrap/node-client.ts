/**
 * The client of the TinyCloud node. It composes each request, sends it with a deadline, retries it
 * where that is safe, and parses the reply.
 */
import {
  DelegateBackoff,
  handleWhen,
  type IPolicy,
  type IRetryBackoffContext,
  retry,
} from 'cockatiel';
import { ServiceError } from '../errors.js';
import type { EncodedDelegation } from '../protocol/cacao.js';
import { hex, utf8 } from '../protocol/bytes.js';
import { encodeKeyDid } from '../protocol/did.js';
import type { Ed25519Key } from '../protocol/ed25519.js';
import { encodeInvocation, type Invocation } from '../protocol/ucan.js';
import { CLOCK_TOLERANCE_MS, type NodeClock } from './node-clock.js';
import type { NodeWriteLock } from './node-write-lock.js';
import { type Delegated, parseDelegated, parseInfo, parsePeer } from './node-replies.js';
import { isTriedAgain, retryDelay } from './retry-delay.js';
import type { NodeReply, NodeRequest, NodeTransport } from './node-transport.js';

/** The limits of the engine. */
export type EngineLimits = {
  readonly requestDeadlineMs: number;
  readonly runDeadlineMs: number;
  /** The maximum number of times that one request is sent in a run, including the first. */
  readonly triesPerRequest: number;
  /** The delay before the second try. It doubles after that, up to 20 times, and is jittered. */
  readonly retryDelayMs: number;
  /** The maximum number of concurrent requests of one run. */
  readonly parallelism: number;
};

/** The limits in production. */
export const DEFAULT_LIMITS: EngineLimits = {
  requestDeadlineMs: 5_000,
  runDeadlineMs: 60_000,
  triesPerRequest: 5,
  retryDelayMs: 40,
  parallelism: 12,
};

/** The dependencies of the engine, including time and randomness. */
export type EngineEnvironment = {
  readonly transport: NodeTransport;
  readonly nodeWrites: NodeWriteLock;
  readonly nodeClock: NodeClock;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds from any origin. Unlike the clock, it is never set. */
  readonly monotonicMs: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  /**
   * Resolves when the process has time for the next step of a run. What else the process does would
   * otherwise wait until every step that is ready was executed.
   */
  readonly turn: () => Promise<void>;
  readonly limits: EngineLimits;
};

/** A session key and the CID of the delegation that authorizes it. */
export type Session = { readonly key: Ed25519Key; readonly cid: string };

/** The contents of an invocation that differ from request to request. */
export type InvocationParts = {
  readonly attenuations: readonly (readonly [resource: string, abilities: readonly string[]])[];
  /** The session's own DID by default. Encryption routes require the DID of the node. */
  readonly audience?: string;
  readonly facts?: readonly unknown[];
};

/** Sends the requests of one run. All methods reject with a ServiceError. */
export class NodeClient {
  readonly #environment: EngineEnvironment;
  readonly #signal: AbortSignal;
  readonly #retry: IPolicy;

  constructor(environment: EngineEnvironment, signal: AbortSignal) {
    this.#environment = environment;
    this.#signal = signal;
    const { triesPerRequest, retryDelayMs } = environment.limits;
    this.#retry = retry(handleWhen(isTriedAgain), {
      maxAttempts: triesPerRequest - 1,
      backoff: new DelegateBackoff(({ attempt, result }: IRetryBackoffContext<unknown>) => {
        const error = 'error' in result ? result.error : undefined;
        return retryDelay(attempt, error, retryDelayMs, environment.randomBytes(1));
      }),
    });
  }

  /** Returns the DID of the node. */
  info(): Promise<string> {
    return this.#try(async () => parseInfo(await this.#send({ method: 'GET', path: '/info' })));
  }

  /** Returns the DID under which the node would host a space. */
  peer(spaceId: string): Promise<string> {
    const path = `/peer/generate/${encodeURIComponent(spaceId)}`;
    return this.#try(async () => parsePeer(await this.#send({ method: 'GET', path })));
  }

  /**
   * Posts a delegation. Posting the same bytes again has no further effect. `asked` lists the ids
   * of the spaces that the delegation names.
   */
  delegate(delegation: EncodedDelegation, asked: readonly string[]): Promise<Delegated> {
    const request = {
      method: 'POST',
      path: '/delegate',
      headers: { authorization: delegation.header },
    } as const;
    return this.#try(async () => parseDelegated(await this.#send(request), delegation.cid, asked));
  }

  /**
   * Sends a read or an SQL write. Each try carries a new token because a node accepts a token only
   * once.
   */
  invoke<T>(
    session: Session,
    parts: InvocationParts,
    request: Omit<NodeRequest, 'deadlineMs' | 'method' | 'signal'>,
    read: (reply: NodeReply) => T,
  ): Promise<T> {
    const { nodeWrites } = this.#environment;
    return this.#try(() => nodeWrites.read(() => this.#invokeOnce(session, parts, request, read)));
  }

  /** Sends a key-value write under the lock that NodeWriteLock describes. */
  invokeKvWrite<T>(
    session: Session,
    parts: InvocationParts,
    request: Omit<NodeRequest, 'deadlineMs' | 'method' | 'signal'>,
    read: (reply: NodeReply) => T,
  ): Promise<T> {
    const { nodeWrites } = this.#environment;
    return this.#try(async () => {
      try {
        return await nodeWrites.write(() => this.#invokeOnce(session, parts, request, read));
      } catch (error) {
        if (error instanceof ServiceError && error.code === 'ERR_NODE_FAILED')
          nodeWrites.noteContention();
        throw error;
      }
    });
  }

  /** Sends a GET request without a token. */
  get<T>(path: string, read: (reply: NodeReply) => T): Promise<T> {
    return this.#try(async () => read(await this.#send({ method: 'GET', path })));
  }

  async #invokeOnce<T>(
    session: Session,
    parts: InvocationParts,
    request: Omit<NodeRequest, 'deadlineMs' | 'method' | 'signal'>,
    read: (reply: NodeReply) => T,
  ): Promise<T> {
    const { token } = encodeInvocation(this.#invocation(session, parts), session.key);
    const headers = { ...request.headers, authorization: token };
    return read(await this.#send({ ...request, method: 'POST', headers }));
  }

  #invocation(session: Session, parts: InvocationParts): Invocation {
    const { clock, nodeClock } = this.#environment;
    return {
      audience: parts.audience ?? encodeKeyDid(session.key.publicKey),
      expiresAtS: Math.floor((clock() + nodeClock.correctionMs + CLOCK_TOLERANCE_MS) / 1000),
      nonce: `urn:uuid:${this.#uuid()}`,
      ...(parts.facts === undefined ? {} : { facts: parts.facts }),
      proofs: [session.cid],
      attenuations: new Map(parts.attenuations),
    };
  }

  /** Returns a random UUID, version 4 (RFC 9562). */
  #uuid(): string {
    const bytes = this.#environment.randomBytes(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  async #send(request: Omit<NodeRequest, 'deadlineMs' | 'signal'>): Promise<NodeReply> {
    const { transport, limits, nodeClock, monotonicMs, turn } = this.#environment;
    const sentAtMs = monotonicMs();
    const reply = await transport.send({
      ...request,
      deadlineMs: limits.requestDeadlineMs,
      signal: this.#signal,
    });
    nodeClock.note(reply.dateMs, sentAtMs);
    await turn();
    return reply;
  }

  #try<T>(work: () => Promise<T>): Promise<T> {
    return this.#retry.execute(async () => {
      await this.#environment.turn();
      this.#signal.throwIfAborted();
      return work();
    }, this.#signal);
  }
}

/** Returns a JSON request body and its headers. */
export function jsonBody(value: unknown): Pick<NodeRequest, 'body' | 'headers'> {
  return { body: utf8(JSON.stringify(value)), headers: { 'content-type': 'application/json' } };
}
