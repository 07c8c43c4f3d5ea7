import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { NodeContext } from '../node-context.js';
import { emptyAnswer, textAnswer, type Answer } from './answer.js';
import { defaultPage } from './default-page.js';
import { dispatch } from './dispatch.js';
import type { Fault, Faults } from './fault.js';
import { Flights, type Flight } from './flights.js';
import type { NodeRequest } from './node-request.js';
import { startRecord, wallTimeMs, type RequestRecord } from './request-record.js';
import { findRoute, type FoundRoute } from './route-table.js';
import { resetConnection, sendAnswer } from './send-answer.js';

export type RequestHook = (
  phase: 'before' | 'after',
  record: RequestRecord,
) => void | Promise<void>;

/**
 * Processes requests, in this order: the request is recorded and counted as in flight; its body is
 * read; the latency passes; the `before` hook runs; a fault may prevent the effect; the effect
 * happens, once its SQL database has a thread; the `after` hook runs; the response is sent, or what
 * a fault leaves of it. All latency precedes the effect, so that a request overlaps with everything
 * that is sent while it waits, and its effect immediately precedes its response. A hook that throws
 * resets the connection.
 */
export class RequestPipeline {
  readonly #context: NodeContext;
  readonly #dateClock: () => number;
  readonly #flights = new Flights();
  readonly #records: RequestRecord[] = [];
  readonly faults: Faults;
  latencyMs = 0;
  hook: RequestHook | undefined;
  #stopped = false;

  constructor(context: NodeContext, faults: Faults, dateClock: () => number) {
    this.#context = context;
    this.#dateClock = dateClock;
    this.faults = faults;
  }

  get records(): readonly RequestRecord[] {
    return this.#records;
  }

  clearRecords(): void {
    this.#records.length = 0;
  }

  /** Prevents the effects of all later requests. */
  stop(): void {
    this.#stopped = true;
  }

  async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = splitTarget(message.url ?? '/');
    const found = findRoute(message.method ?? 'GET', url.segments);
    const flight = this.#flights.enter(found.takesInvocation);
    const record = startRecord(message, found.name);
    this.#records.push(record);
    try {
      const request = await readRequest(message, url, flight);
      await this.#work(request, response, record, found);
    } catch (error) {
      if (response.destroyed) return;
      if (isBug(error)) process.emitWarning(error);
      resetConnection(response);
    } finally {
      this.#endWith(response, record, flight);
    }
  }

  /**
   * A request whose work is done is in flight only as long as a connection waits for its response.
   */
  #endWith(response: ServerResponse, record: RequestRecord, flight: Flight): void {
    if (response.closed) this.#end(record, flight);
    else response.once('close', () => this.#end(record, flight));
  }

  async #work(
    request: NodeRequest,
    response: ServerResponse,
    record: RequestRecord,
    found: FoundRoute,
  ): Promise<void> {
    if (this.latencyMs > 0) await setTimeout(this.latencyMs);
    // All requests that arrived together are counted as in flight before the first one takes
    // effect.
    await setImmediate();
    if (!(await this.#passesHook('before', record))) return resetConnection(response);
    const fault = this.faults.take(record);
    if (fault?.kind === 'slow') await setTimeout(fault.amount);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset-before' || this.#stopped) return resetConnection(response);
    const instead = answerInstead(fault);
    if (instead === undefined) await this.#untilThread(record);
    const answer = instead ?? dispatch(this.#context, request, found);
    const isLost = instead === undefined && !(await this.#passesHook('after', record));
    if (fault?.kind === 'hang-after') return;
    if (isLost || fault?.kind === 'reset-after') return resetConnection(response);
    record.status = answer.status;
    // The request ends here and not when the connection closes, because the client may send its
    // next request before that.
    this.#end(record, request.flight);
    sendAnswer(response, answer, fault, this.#dateClock());
  }

  /** A token for SQL names one database. It is judged only after this, unlike on the real node. */
  async #untilThread({ abilities, resources }: RequestRecord): Promise<void> {
    const { sqlThreads } = this.#context;
    const database = resources.find((resource) => resource.includes('/sql/'));
    const isSql = abilities.some((ability) => ability.startsWith('tinycloud.sql/'));
    if (isSql && database !== undefined) await sqlThreads?.use(database);
  }

  /**
   * Returns false if the hook threw, which is how a test breaks a connection at this exact point.
   */
  async #passesHook(phase: 'before' | 'after', record: RequestRecord): Promise<boolean> {
    try {
      await this.hook?.(phase, record);
      return true;
    } catch {
      return false;
    }
  }

  #end(record: RequestRecord, flight: Flight): void {
    record.endedAtMs ??= wallTimeMs();
    this.#flights.leave(flight);
  }
}

type Target = { readonly segments: readonly string[]; readonly query: URLSearchParams };

/** Returns the percent-decoded segments of the path, and the query. */
function splitTarget(target: string): Target {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const segments = path.slice(1).split('/').map(decodeSegment);
  return { segments, query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)) };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

async function readRequest(
  message: IncomingMessage,
  { segments, query }: Target,
  flight: Flight,
): Promise<NodeRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return {
    method: message.method ?? 'GET',
    segments,
    query,
    headers: message.headers,
    body: new Uint8Array(Buffer.concat(chunks)),
    remoteAddress: message.socket.remoteAddress ?? '',
    flight,
  };
}

/** Returns the response of a fault that prevents the effect of the request. */
function answerInstead(fault: Fault | undefined): Answer | undefined {
  if (fault?.kind === 'redirect') return emptyAnswer(302, { location: '/moved' });
  if (fault?.kind !== 'status') return undefined;
  return fault.amount === 401 || fault.amount === 404
    ? defaultPage(fault.amount, undefined)
    : textAnswer(fault.amount, 'injected fault');
}

/**
 * A broken connection is the client's problem. Any other error is a bug of the stand-in and must be
 * visible.
 */
function isBug(error: unknown): error is Error {
  return error instanceof Error && !('code' in error);
}
