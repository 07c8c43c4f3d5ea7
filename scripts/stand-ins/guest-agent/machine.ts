/** A simulated machine: one boot of one application, with consistent reports. */
import { createHash, randomBytes } from 'node:crypto';
import { concatBytes, hex, utf8 } from '../../../src/protocol/bytes.js';
import type { AppKeys } from './app-keys.js';
import { composeHashOf } from './compose-file.js';
import { type ConfigIdForm, configIdOf } from './config-id.js';
import {
  createEventLog,
  createFirmwareLog,
  type DigestForm,
  type LogEvent,
  replayRegister,
  withoutDigests,
} from './event-log.js';
import type { TestPki } from './pki/mint-pki.js';
import { type QuoteFields, QuotingEnclave, type QuoteVersion } from './quote.js';

export type MachineOptions = {
  readonly keys: AppKeys;
  readonly compose: Uint8Array;
  readonly pki: TestPki;
  readonly quoteVersion?: QuoteVersion | undefined;
  readonly digestForm?: DigestForm | undefined;
  /** As in agents since 0.5.6: the digests of runtime events are left out. */
  readonly emptyDigests?: boolean | undefined;
  /** Whether the log contains firmware events. */
  readonly fullLog?: boolean | undefined;
  readonly laterEvents?: readonly (readonly [string, Uint8Array])[] | undefined;
  /**
   * Additional, correctly measured events that extend the registers, of any type and in any
   * register.
   */
  readonly foreignEvents?: readonly LogEvent[] | undefined;
  readonly quoteFields?: Partial<QuoteFields> | undefined;
  /** As in versions before mr_config_id was set. */
  readonly zeroConfigId?: boolean | undefined;
  /** By default, the form that the compose file requires. */
  readonly configIdForm?: ConfigIdForm | undefined;
};

export type Machine = {
  readonly keys: AppKeys;
  readonly compose: Uint8Array;
  readonly info: () => Readonly<Record<string, unknown>>;
  readonly quote: (reportData: Uint8Array) => Promise<Readonly<Record<string, unknown>>>;
};

const VM_CONFIG = JSON.stringify({ spec_version: 1, cpu_count: 2, memory_size: 2147483648 });
const register = (name: string): Uint8Array =>
  new Uint8Array(createHash('sha384').update(`sealwright stand-in ${name}`).digest());

/** The key provider of a boot log, as JSON text. */
export const KEY_PROVIDER = {
  kms: JSON.stringify({ name: 'kms', id: hex(utf8('sealwright stand-in')) }),
  none: JSON.stringify({ name: 'none', id: '' }),
};

export async function createMachine(options: MachineOptions): Promise<Machine> {
  const { keys, compose, pki, quoteVersion = '4', quoteFields } = options;
  const hasKms = keys.kmsSignature.length > 0;
  const composeHash = composeHashOf(compose);
  const instanceId = new Uint8Array(randomBytes(20));
  const osImageHash = hasKms
    ? new Uint8Array(createHash('sha256').update('sealwright stand-in').digest())
    : undefined;
  const keyProvider = hasKms ? KEY_PROVIDER.kms : KEY_PROVIDER.none;
  const { appId } = keys;
  const { laterEvents, digestForm } = options;
  const facts = { appId, composeHash, instanceId, osImageHash, keyProvider, laterEvents };
  const firmware = createFirmwareLog();
  const runtime = [...createEventLog(facts, digestForm), ...(options.foreignEvents ?? [])];
  const registerOf = (imr: number): Uint8Array => replayRegister([...firmware, ...runtime], imr);
  const rtmrs = [registerOf(0), registerOf(1), registerOf(2), registerOf(3)] as const;
  const whole = options.fullLog === false ? runtime : [...firmware, ...runtime];
  const log = options.emptyDigests === true ? withoutDigests(whole) : whole;
  const mrtd = register('mrtd');
  const identity = {
    app_id: hex(appId),
    instance_id: hex(instanceId),
    device_id: hex(register('device')).slice(0, 64),
    mr_aggregated: hex(aggregate(mrtd, rtmrs)),
    os_image_hash: osImageHash === undefined ? '' : hex(osImageHash),
    compose_hash: hex(composeHash),
  };
  const enclave = await QuotingEnclave.start(pki);
  const mrConfigId =
    options.zeroConfigId === true
      ? new Uint8Array(48)
      : configIdOf(compose, { appId, instanceId }, options.configIdForm);
  return {
    keys,
    compose,
    info: () => ({
      ...identity,
      app_cert: '',
      app_name: appNameOf(compose),
      key_provider_info: keyProvider,
      vm_config: VM_CONFIG,
      cloud_vendor: '',
      cloud_product: '',
      tcb_info: JSON.stringify(tcbInfo(identity, mrtd, rtmrs, log, compose), null, 2),
    }),
    quote: async (reportData) => ({
      quote: hex(
        await enclave.quote(
          quoteVersion,
          { mrtd, mrConfigId, rtmrs: [...rtmrs], reportData },
          quoteFields,
        ),
      ),
      event_log: JSON.stringify(log),
      report_data: hex(reportData),
      vm_config: VM_CONFIG,
    }),
  };
}

const aggregate = (mrtd: Uint8Array, rtmrs: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(
    createHash('sha256')
      .update(concatBytes(mrtd, ...rtmrs))
      .digest(),
  );

function tcbInfo(
  identity: Readonly<Record<string, string>>,
  mrtd: Uint8Array,
  rtmrs: readonly Uint8Array[],
  log: readonly LogEvent[],
  compose: Uint8Array,
): object {
  const { mr_aggregated, os_image_hash, compose_hash, device_id } = identity;
  const [rtmr0, rtmr1, rtmr2, rtmr3] = rtmrs.map((each) => hex(each));
  return {
    mrtd: hex(mrtd),
    rtmr0,
    rtmr1,
    rtmr2,
    rtmr3,
    mr_aggregated,
    os_image_hash,
    compose_hash,
    device_id,
    event_log: log,
    app_compose: Buffer.from(compose).toString('utf8'),
  };
}

function appNameOf(compose: Uint8Array): string {
  try {
    const { name } = JSON.parse(Buffer.from(compose).toString('utf8')) as { name?: unknown };
    return typeof name === 'string' ? name : '';
  } catch {
    return '';
  }
}
