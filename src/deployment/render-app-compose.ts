/** Renders the app-compose file, which dstack reads, measures and starts. */
import { composeHashOf } from '../../attestation/evidence/compose-hash.js';
import { encodeConfigId } from '../../attestation/evidence/config-id.js';
import type { Platform } from '../../attestation/policy/policy.js';
import type { OperatorFile } from './operator-file.js';
import type { RenderedCompose } from './render-compose.js';
import { hex } from '../../attestation/bytes.js';

/** What Phala Cloud writes itself, as in the files that it shows. */
const PHALA_MEMBERS = {
  name: '',
  features: ['kms', 'tproxy-net'],
  secure_time: false,
  storage_fs: 'zfs',
  tproxy_enabled: true,
};

const membersByOperator = ({ name, keyProvider }: OperatorFile) => ({
  name,
  key_provider_id: keyProvider.id,
  secure_time: true,
});

/** Has the gateway forward to this port alone, and name the client of each connection. */
const portPolicyOf = (settings: RenderedCompose['settings']) => ({
  ports: [{ port: Number(settings['PORT']), pp: true }],
  restrict_mode: true,
});

/**
 * Returns the canonical text of an app-compose file: members sorted, no white space, no line feed
 * at its end. Tools that parse such a file and write it again produce the same bytes, so its hash
 * stays the same. `fromOutside` are the names of values that are not measured.
 */
export function renderAppCompose(
  { text: compose, settings }: RenderedCompose,
  operator: OperatorFile,
  fromOutside: readonly string[],
  platform: Platform = 'dstack-vmm',
): string {
  const { preLaunchScript } = operator;
  const isNamed = settings['PROXY_PROTOCOL'] === 'v2';
  const members: Readonly<Record<string, unknown>> = {
    manifest_version: 2,
    runner: 'docker-compose',
    docker_compose_file: compose,
    kms_enabled: true,
    gateway_enabled: true,
    local_key_provider_enabled: false,
    public_logs: false,
    public_sysinfo: false,
    public_tcbinfo: true,
    allowed_envs: fromOutside,
    no_instance_id: false,
    ...(platform === 'phala-cloud' ? PHALA_MEMBERS : membersByOperator(operator)),
    ...(isNamed && platform === 'dstack-vmm' ? { port_policy: portPolicyOf(settings) } : {}),
    ...(preLaunchScript === undefined ? {} : { pre_launch_script: preLaunchScript }),
  };
  const sorted = Object.keys(members).toSorted((a, b) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted.map((each) => [each, members[each]])));
}

/** What identifies a deployment. */
export type Identity = {
  readonly composeHash: string;
  /** The id in the operator's file or, without one, the id that this file produces. */
  readonly appId: string;
  /**
   * In its second form, which dstack 0.5 uses. The third form, of later versions, also contains the
   * instance. A file that names no KMS has the first form, which contains the compose hash alone.
   */
  readonly mrConfigId: string;
};

/** Returns what the machine will report for these exact bytes. */
export function identityOf(
  appCompose: Uint8Array,
  { appId, keyProvider }: OperatorFile,
  platform: Platform = 'dstack-vmm',
): Identity {
  const hash = composeHashOf(appCompose);
  const ofApplication = appId ?? hex(hash).slice(0, 40);
  const mrConfigId = encodeConfigId(platform === 'phala-cloud' ? 1 : 2, hash, {
    appId: new Uint8Array(Buffer.from(ofApplication, 'hex')),
    instanceId: new Uint8Array(),
    keyProvider: { kind: 'kms', id: new Uint8Array(Buffer.from(keyProvider.id, 'hex')) },
  });
  return {
    composeHash: hex(hash),
    appId: ofApplication,
    mrConfigId: hex(mrConfigId ?? new Uint8Array()),
  };
}
