/**
 * Calls an RPC provider of a chain (JSON-RPC over HTTP). Each call has a deadline, a limit on the
 * size of its answer, and a schema. A call that gets no answer is tried again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { parseStrictJson } from '../../application/strict-json.js';
import { fetchCapped, ReplyTooLargeError, type CappedAnswer } from '../../collect/fetch-capped.js';
import { matchSchema } from '../../schema/match-schema.js';
import { ChainError } from './chain-error.js';

const DEADLINE_MS = 30_000;
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_DEPTH = 16;
const TRIES = 4;
const FIRST_PAUSE_MS = 250;

const replySchema = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string() }).optional(),
});

/** The provider answered with an error of JSON-RPC. */
export class RpcRefusal extends Error {
  override readonly name = 'RpcRefusal';
  /** Whether the chain ran the call and the contract rejected it. */
  readonly isRevert: boolean;

  constructor(code: number, message: string) {
    super(`error ${code}`);
    // Codes differ between nodes, and some have the word in the message only.
    this.isRevert = code === 3 || /revert/i.test(message);
  }
}

/** An RPC provider. */
export type Rpc = {
  /** The host and port, which is what may be printed of a URL that can contain a key. */
  readonly host: string;
  /**
   * Resolves to the result of a call. Rejects an RpcRefusal for an answer that is an error, and a
   * ChainError for any other problem.
   */
  ask<T>(method: string, params: readonly unknown[], result: z.ZodType<T>): Promise<T>;
};

/** What a provider needs of its surroundings. */
export type RpcOptions = {
  readonly deadlineMs?: number;
  readonly maxBytes?: number;
  /** Waits before another try. */
  readonly pause?: (ms: number) => Promise<unknown>;
};

/** Creates the client of a provider. */
export function createRpc(
  rpcUrl: string,
  { deadlineMs = DEADLINE_MS, maxBytes = MAX_BYTES, pause = sleep }: RpcOptions = {},
): Rpc {
  const url = new URL(rpcUrl);
  const { host } = url;
  const send = async (method: string, params: readonly unknown[]): Promise<CappedAnswer> => {
    for (let left = TRIES - 1, waitMs = FIRST_PAUSE_MS; ; left -= 1, waitMs *= 4) {
      try {
        const json = { jsonrpc: '2.0', id: 1, method, params };
        const answer = await fetchCapped(url, { deadlineMs, maxBytes, json });
        if (answer.status !== 429 && answer.status < 500) return answer;
        if (left === 0) throw new ChainError('RPC_NO_ANSWER', `${host}: status ${answer.status}`);
      } catch (cause) {
        if (cause instanceof ChainError) throw cause;
        if (cause instanceof ReplyTooLargeError) {
          throw new ChainError('RPC_TOO_LARGE', `${host}, ${method}`, cause);
        }
        // A provider that misses the deadline misses it again, unless it is asked for less.
        if (left === 0 || isTimeout(cause)) {
          throw new ChainError('RPC_NO_ANSWER', `${host}, ${method}`, cause);
        }
      }
      await pause(waitMs);
    }
  };
  return {
    host,
    ask: async (method, params, result) => {
      const untrusted = resultOf(await send(method, params), `${host}, ${method}`);
      const matched = matchSchema(result, untrusted);
      if (matched.success) return matched.data;
      throw new ChainError('RPC_MALFORMED', `${host}, ${method}`, matched.cause);
    },
  };
}

/** Returns whether an error is that of a deadline. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'TimeoutError';

/** Returns the result in an answer. Throws an RpcRefusal, or a ChainError for another form. */
function resultOf({ status, body }: CappedAnswer, where: string): unknown {
  const reply = parseReply(body);
  if (reply?.error !== undefined) throw new RpcRefusal(reply.error.code, reply.error.message);
  if (status !== 200) throw new RpcRefusal(status, `status ${status}`);
  if (reply === undefined) throw new ChainError('RPC_MALFORMED', where);
  return reply.result;
}

/** Returns the members of a reply, or undefined for what is no reply of JSON-RPC. */
export function parseReply(body: Uint8Array): z.infer<typeof replySchema> | undefined {
  try {
    const text = Buffer.from(body).toString('utf8');
    const value = parseStrictJson(text, { maxBytes: MAX_BYTES, maxDepth: MAX_DEPTH });
    const matched = matchSchema(replySchema, value);
    return matched.success ? matched.data : undefined;
  } catch {
    return undefined;
  }
}
