/**
 * The dstack guest agent through its SDK.
 *
 * The SDK resolves several of the agent's errors, throws a TypeError or a SyntaxError for others, and waits half a minute
 * for an answer that may never come: so every reply is checked here as if there were no SDK, under a deadline of our own.
 */
import { DstackClient } from '@phala/dstack-sdk';
import { z } from 'zod';
import { ServiceError } from '../errors.js';
import type { Enclave } from '../keys/enclave.js';

export type DstackEnclaveOptions = {
  /** An http URL or socket path in place of the VM's own socket. */
  readonly endpoint?: string | undefined;
  readonly deadlineMs?: number;
};

const bytesOf = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length);
const hexText = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));

const keySchema = z.object({
  key: bytesOf(32),
  signature_chain: z.tuple([bytesOf(65), bytesOf(65).or(bytesOf(0))]),
});
const infoSchema = z.object({
  app_id: hexText(20),
  instance_id: z.string().max(128),
  app_name: z.string().max(256),
  compose_hash: hexText(32),
  tcb_info: z.object({ app_compose: z.string() }),
});
const quoteSchema = z.object({
  quote: z.string().regex(/^(?:0x)?(?:[0-9a-f]{2}){632,16384}$/),
  event_log: z.string(),
  vm_config: z.string(),
});

/** Connects lazily: a socket that is missing is told by the first call. */
export function createDstackEnclave({
  endpoint,
  deadlineMs = 10_000,
}: DstackEnclaveOptions = {}): Enclave {
  let client: DstackClient | undefined;

  async function ask<T>(
    what: (sdk: DstackClient) => Promise<unknown>,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const reply = await within(deadlineMs, async () => {
      client ??= new DstackClient(endpoint);
      return what(client);
    });
    const parsed = schema.safeParse(reply);
    if (!parsed.success) throw new ServiceError('ERR_ENCLAVE_REPLY');
    return parsed.data;
  }

  return {
    getKey: async (path, purpose) => {
      const { key, signature_chain: chain } = await ask(
        (sdk) => sdk.getKey(path, purpose, 'secp256k1'),
        keySchema,
      );
      return { key, signatureChain: chain };
    },
    getInfo: async () => {
      const info = await ask((sdk) => sdk.info(), infoSchema);
      return {
        appId: info.app_id,
        instanceId: info.instance_id,
        appName: info.app_name,
        composeHash: info.compose_hash,
        appCompose: info.tcb_info.app_compose,
      };
    },
    getQuote: async (reportData) => {
      if (reportData.length !== 64) throw new TypeError('report data has 64 bytes');
      const reply = await ask((sdk) => sdk.getQuote(Buffer.from(reportData)), quoteSchema);
      return {
        quote: new Uint8Array(Buffer.from(reply.quote.replace(/^0x/, ''), 'hex')),
        eventLog: reply.event_log,
        vmConfig: reply.vm_config,
      };
    },
  };
}

// Node's names for an endpoint that is not there or went away.
const UNREACHABLE =
  /ECONNREFUSED|ENOENT|ECONNRESET|EPIPE|ETIMEDOUT|EACCES|request aborted|hang up|not exist/i;

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ServiceError('ERR_ENCLAVE_UNAVAILABLE')), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    const text =
      cause instanceof Error ? `${cause.message} ${'code' in cause ? String(cause.code) : ''}` : '';
    const code = UNREACHABLE.test(text) ? 'ERR_ENCLAVE_UNAVAILABLE' : 'ERR_ENCLAVE_REPLY';
    throw new ServiceError(code, { cause });
  } finally {
    clearTimeout(timer);
  }
}
