/**
 * Stops requests to a node that does not answer. After some failures in a row nothing is sent for a
 * while; then one request may ask whether the node is back, and the rest is longer after each one
 * that fails. Any answer ends this. Intervals are measured with a clock that is never set.
 *
 * | state   | a request                                   | leaves the state when               |
 * | ------- | ------------------------------------------- | ----------------------------------- |
 * | closed  | is sent                                     | `failures` fail in a row            |
 * | open    | is rejected with the code of the last one   | the rest is over                    |
 * | asking  | the first one is sent, others are rejected  | it is answered, or fails (open)     |
 */
import { errorCodeOf, type ErrorCode, ServiceError } from '../errors.js';
import type { NodeReply } from './node-transport.js';

/** When a breaker opens, and for how long. */
export type BreakerSettings = {
  readonly failures: number;
  readonly firstRestMs: number;
  /** The rest doubles up to this. */
  readonly longestRestMs: number;
};

/** The settings in production. */
export const DEFAULT_BREAKER: BreakerSettings = {
  failures: 5,
  firstRestMs: 1_000,
  longestRestMs: 15_000,
};

const ABSENT: ReadonlySet<ErrorCode> = new Set([
  'ERR_NODE_UNAVAILABLE',
  'ERR_NODE_TIMEOUT',
] as const);
/** With these, a gateway says that the node behind it does not answer. */
const OF_GATEWAY: ReadonlySet<number> = new Set([502, 504]);

/** The breaker of one node. */
export class NodeBreaker {
  readonly #settings: BreakerSettings;
  readonly #monotonicMs: () => number;
  readonly #listeners = new Set<(isOpen: boolean) => void>();
  #failures = 0;
  #restMs = 0;
  #restsUntilMs = -Infinity;
  #isAsking = false;
  #code: ErrorCode = 'ERR_NODE_UNAVAILABLE';

  constructor(settings: BreakerSettings, monotonicMs: () => number) {
    this.#settings = settings;
    this.#monotonicMs = monotonicMs;
  }

  /** Whether the node did not answer, and has not answered since. */
  get isOpen(): boolean {
    return this.#restMs > 0;
  }

  /** How long nothing is sent. */
  get restMs(): number {
    return Math.max(0, this.#restsUntilMs - this.#monotonicMs());
  }

  /** Calls the listener at each change. */
  onChange(listener: (isOpen: boolean) => void): void {
    this.#listeners.add(listener);
  }

  /**
   * Sends a request unless the node rests. Rejects with the code of the last failure, marked as
   * `isUnsent`, and what `send` rejects.
   */
  async run(send: () => Promise<NodeReply>): Promise<NodeReply> {
    const isOpen = this.isOpen;
    if (isOpen && (this.#isAsking || this.restMs > 0)) {
      throw new ServiceError(this.#code, { detail: { isUnsent: true } });
    }
    this.#isAsking = isOpen;
    try {
      const reply = await send();
      if (OF_GATEWAY.has(reply.status)) this.#fail('ERR_NODE_FAILED', isOpen);
      else this.#succeed();
      return reply;
    } catch (error) {
      const code = errorCodeOf(error);
      if (code !== undefined && ABSENT.has(code)) this.#fail(code, isOpen);
      throw error;
    } finally {
      if (isOpen) this.#isAsking = false;
    }
  }

  #succeed(): void {
    const wasOpen = this.isOpen;
    this.#failures = 0;
    this.#restMs = 0;
    if (wasOpen) this.#tell(false);
  }

  /** Of the requests in flight when the breaker opens, none prolongs the rest. */
  #fail(code: ErrorCode, wasAsking: boolean): void {
    this.#failures += 1;
    this.#code = code;
    const { failures, firstRestMs, longestRestMs } = this.#settings;
    if (this.isOpen && !wasAsking) return;
    if (this.#failures < failures && !wasAsking) return;
    this.#restMs = Math.min(Math.max(firstRestMs, 2 * this.#restMs), longestRestMs);
    this.#restsUntilMs = this.#monotonicMs() + this.#restMs;
    if (!wasAsking) this.#tell(true);
  }

  #tell(isOpen: boolean): void {
    for (const listener of this.#listeners) listener(isOpen);
  }
}
