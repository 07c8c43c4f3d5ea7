/**
 * Adapts the SDK of the dstack guest agent to the Enclave port.
 *
 * The SDK resolves with some of the agent's errors, throws TypeError or SyntaxError for others, and
 * waits up to half a minute for a reply. Therefore this adapter validates every reply itself and
 * applies its own deadline.
 */
import { DstackClient } from '@phala/dstack-sdk';
import { z } from 'zod';
import { errorCodeOf, ServiceError } from '../errors.js';
import type { Enclave, EnclaveInfo } from '../keys/enclave.js';
import { DEFAULT_SOCKET, requireFrozenKey } from './dstack-key-surface.js';
import { withinDeadline } from '../runtime/within-deadline.js';

/** The options of the adapter. */
export type DstackEnclaveOptions = {
  /** An http URL or a socket path that replaces the socket of the VM. */
  readonly endpoint?: string | undefined;
  /** The time limit of one call (default 10,000). */
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
  // Older guest agents omit it.
  vm_config: z.string().default(''),
});

/** Creates the adapter. It connects lazily, so the first call reports a missing socket. */
export function createDstackEnclave({
  endpoint,
  deadlineMs = 10_000,
}: DstackEnclaveOptions = {}): Enclave {
  let client: DstackClient | undefined;
  let isSurfaceConfirmed = false;

  async function ask<T>(
    method: string,
    what: (sdk: DstackClient) => Promise<unknown>,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const call = { endpoint: endpoint ?? DEFAULT_SOCKET, method };
    const reply = await within(deadlineMs, call, async () => {
      client ??= new DstackClient(endpoint);
      return what(client);
    });
    try {
      return schema.parse(reply);
    } catch (cause) {
      // The error names the members that do not match but not their values, because a reply may
      // contain a key.
      const issues = cause instanceof z.ZodError ? cause.issues : [];
      const members = [...new Set(issues.map(({ path }) => path.join('.')))];
      throw new ServiceError('ERR_ENCLAVE_REPLY', {
        cause: new Error(`not the shape: ${cause instanceof Error ? cause.name : 'unknown'}`),
        detail: { ...call, members },
      });
    }
  }

  return {
    getKey: async (path, purpose) => {
      const { key, signature_chain: chain } = await ask(
        'GetKey',
        (sdk) => sdk.getKey(path, purpose, 'secp256k1'),
        keySchema,
      );
      if (!isSurfaceConfirmed) {
        const call = { endpoint: endpoint ?? DEFAULT_SOCKET, method: 'GetKey' };
        await within(deadlineMs, call, () => requireFrozenKey(endpoint, { path, purpose, key }));
        isSurfaceConfirmed = true;
      }
      return { key, signatureChain: chain };
    },
    getInfo: async () => {
      const info = await ask('Info', (sdk) => sdk.info(), infoSchema);
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
    // Agents before 0.5.7 do not have this method, and the SDK resolves with their error.
    getVersion: async () => {
      try {
        return (await ask('Version', (sdk) => sdk.version(), versionSchema)).version;
      } catch (error) {
        if (errorCodeOf(error) === 'ERR_ENCLAVE_REPLY') return null;
        throw error;
      }
    },
    getQuote: async (reportData) => {
      if (reportData.length !== 64) throw new TypeError('report data has 64 bytes');
      const quote = (sdk: DstackClient) => sdk.getQuote(Buffer.from(reportData));
      const reply = await ask('GetQuote', quote, quoteSchema);
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

// Node.js messages for an endpoint that does not exist or went away.
const UNREACHABLE =
  /ECONNREFUSED|ENOENT|ECONNRESET|EPIPE|ETIMEDOUT|EACCES|request aborted|hang up|not exist/i;

/** What was asked, for the operator. */
type EnclaveCall = { readonly endpoint: string; readonly method: string };

const ADVICE =
  'Check that the guest agent runs, and that its socket is mounted into the container.';

async function within<T>(ms: number, call: EnclaveCall, work: () => Promise<T>): Promise<T> {
  try {
    return await withinDeadline(work(), ms, () => {
      throw new ServiceError('ERR_ENCLAVE_UNAVAILABLE', {
        detail: { ...call, reason: 'no answer in time', advice: ADVICE },
      });
    });
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    const text =
      cause instanceof Error ? `${cause.message} ${'code' in cause ? String(cause.code) : ''}` : '';
    const detail = { ...call, reason: 'no connection', advice: ADVICE };
    if (UNREACHABLE.test(text))
      throw new ServiceError('ERR_ENCLAVE_UNAVAILABLE', { cause, detail });
    throw new ServiceError('ERR_ENCLAVE_REPLY', { cause, detail: call });
  }
}
