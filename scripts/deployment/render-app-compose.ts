/** The app-compose file: what dstack reads, measures and starts. */
import { KILL_SWITCH } from '../../attestation/application/environment-names.js';
import { composeHashOf } from '../../attestation/evidence/compose-hash.js';
import type { OperatorFile } from './operator-file.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/**
 * The one text of an app-compose file: members sorted, no white space, no line feed at its end. Tools that read such a file and
 * write it again come to the same bytes, so its hash survives them.
 */
export function renderAppCompose(compose: string, operator: OperatorFile): string {
  const { name, keyProvider, preLaunchScript } = operator;
  const members: Readonly<Record<string, unknown>> = {
    manifest_version: 2,
    name,
    runner: 'docker-compose',
    docker_compose_file: compose,
    kms_enabled: true,
    gateway_enabled: true,
    local_key_provider_enabled: false,
    key_provider_id: keyProvider.id,
    public_logs: false,
    public_sysinfo: false,
    public_tcbinfo: true,
    allowed_envs: [KILL_SWITCH],
    no_instance_id: false,
    secure_time: true,
    ...(preLaunchScript === undefined ? {} : { pre_launch_script: preLaunchScript }),
  };
  const sorted = Object.keys(members).toSorted((a, b) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted.map((each) => [each, members[each]])));
}

export type Identity = {
  readonly composeHash: string;
  /** mr_config_id in its first form. */
  readonly mrConfigId: string;
  /** Of this file, where none was pinned at the deployment. */
  readonly appId: string;
};

/** What the machine will show of these very bytes. */
export function identityOf(appCompose: Uint8Array): Identity {
  const composeHash = hex(composeHashOf(appCompose));
  return {
    composeHash,
    mrConfigId: `01${composeHash}${'00'.repeat(15)}`,
    appId: composeHash.slice(0, 40),
  };
}
