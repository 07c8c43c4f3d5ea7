/**
 * The dstack guest agent through its SDK.
 *
 * The SDK resolves several of the agent's errors, throws a TypeError or a SyntaxError for others, and waits half a minute
 * for an answer that may never come: so every reply is checked here as if there were no SDK, under a deadline of our own.
 */
import { DstackClient } from '@phala/dstack-sdk';
import { z } from 'zod';
import { errorCodeOf, ServiceError } from '../errors.js';
import type { Enclave, EnclaveInfo } from '../keys/enclave.js';

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
const keyProvider = z.object({ name: z.string().max(256), id: z.string().max(4_096) });
const infoSchema = z.object({
  app_id: hexText(20),
  instance_id: z.string().regex(/^(?:[0-9a-f]{2}){0,64}$/),
  app_name: z.string().max(256),
  compose_hash: hexText(32),
  key_provider_info: z
    .string()
    .max(8_192)
    .transform((text) => keyProvider.parse(JSON.parse(text))),
  tcb_info: z.object({
    mrtd: hexText(48),
    rtmr0: hexText(48),
    rtmr1: hexText(48),
    rtmr2: hexText(48),
    rtmr3: hexText(48),
    os_image_hash: z.string().regex(/^(?:[0-9a-f]{64})?$/),
    device_id: z.string().max(256),
    app_compose: z.string().max(512 * 1024),
  }),
});
const versionSchema = z.object({ version: z.string().max(64) });
const quoteSchema = z.object({
  quote: z.string().regex(/^(?:0x)?(?:[0-9a-f]{2}){632,16384}$/),
  event_log: z.string(),
  // Older guest agents leave it out.
  vm_config: z.string().default(''),
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
    try {
      return schema.parse(reply);
    } catch (cause) {
      // The names of the members that do not fit, and none of their values: a reply may hold a key.
      const issues = cause instanceof z.ZodError ? cause.issues : [];
      const members = [...new Set(issues.map(({ path }) => path.join('.')))];
      throw new ServiceError('ERR_ENCLAVE_REPLY', {
        cause: new Error(`not the shape: ${cause instanceof Error ? cause.name : 'unknown'}`),
        detail: { members },
      });
    }
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
        measurements: measurementsOf(info.tcb_info),
        osImageHash: info.tcb_info.os_image_hash,
        deviceId: info.tcb_info.device_id,
        keyProvider: info.key_provider_info,
      };
    },
    // An agent before 0.5.7 has no such method, and the SDK resolves with its error.
    getVersion: async () => {
      try {
        return (await ask((sdk) => sdk.version(), versionSchema)).version;
      } catch (error) {
        if (errorCodeOf(error) === 'ERR_ENCLAVE_REPLY') return null;
        throw error;
      }
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

function measurementsOf(tcb: z.infer<typeof infoSchema>['tcb_info']): EnclaveInfo['measurements'] {
  const { mrtd, rtmr0, rtmr1, rtmr2, rtmr3 } = tcb;
  return { mrtd, rtmr0, rtmr1, rtmr2, rtmr3 };
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
