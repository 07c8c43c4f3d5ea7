/** The imagined machine: one boot of one application, everything it reports consistent with itself. */
import { createHash, randomBytes } from 'node:crypto';
import { concatBytes, hex, utf8 } from '../../../src/protocol/bytes.js';
import type { AppKeys } from './app-keys.js';
import { composeHashOf } from './compose-file.js';
import { createEventLog, replayRegister3, type LogEvent } from './event-log.js';
import { encodeQuote } from './quote.js';

export type Machine = {
  readonly keys: AppKeys;
  readonly compose: Uint8Array;
  readonly info: () => Readonly<Record<string, unknown>>;
  readonly quote: (reportData: Uint8Array) => Readonly<Record<string, unknown>>;
};

const VM_CONFIG = JSON.stringify({ spec_version: 1, cpu_count: 2, memory_size: 2147483648 });
const register = (name: string): Uint8Array =>
  new Uint8Array(createHash('sha384').update(`sealwright stand-in ${name}`).digest());

export function createMachine(keys: AppKeys, compose: Uint8Array): Machine {
  const composeHash = composeHashOf(compose);
  const instanceId = new Uint8Array(randomBytes(20));
  const osImageHash = new Uint8Array(createHash('sha256').update('sealwright stand-in').digest());
  const keyProvider = JSON.stringify({ name: 'kms', id: hex(utf8('sealwright stand-in')) });
  const log = createEventLog({
    appId: keys.appId,
    composeHash,
    instanceId,
    osImageHash,
    keyProvider,
  });
  const rtmrs = [
    register('rtmr0'),
    register('rtmr1'),
    register('rtmr2'),
    replayRegister3(log),
  ] as const;
  const mrtd = register('mrtd');
  const identity = {
    app_id: hex(keys.appId),
    instance_id: hex(instanceId),
    device_id: hex(register('device')).slice(0, 64),
    mr_aggregated: hex(
      new Uint8Array(
        createHash('sha256')
          .update(concatBytes(mrtd, ...rtmrs))
          .digest(),
      ),
    ),
    os_image_hash: hex(osImageHash),
    compose_hash: hex(composeHash),
  };
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
    quote: (reportData) => ({
      quote: hex(
        encodeQuote({
          mrtd,
          mrConfigId: concatBytes(Uint8Array.of(1), composeHash, new Uint8Array(15)),
          rtmrs: [...rtmrs],
          reportData,
        }),
      ),
      event_log: JSON.stringify(log),
      report_data: hex(reportData),
      vm_config: VM_CONFIG,
    }),
  };
}

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
