/** Lints the members of the app-compose file, except the compose file in it. */
import type { Platform, TlsMode } from '../policy/policy.js';
import type { AppCompose } from './app-compose.js';
import { ENVIRONMENT_NAME, isSteeringName } from './environment-names.js';
import { finding, type LintFinding, type RuleId } from './lint-rules.js';
import { findingsOfPortPolicy } from './lint-port-policy.js';
import type { JsonValue } from './strict-json.js';
import { sha256Hex } from '../bytes.js';

/** The parts of a policy that the lint uses. */
export type LintPolicy = {
  /** Names of environment values that may come from outside. */
  readonly allowedEnvs: readonly string[];
  /** SHA-256, in hex, of reviewed pre-launch scripts. */
  readonly preLaunchScripts: readonly string[];
  /** Who composed the file. The default is `dstack-vmm`. */
  readonly platform?: Platform;
  /** The accepted values of TLS_MODE. The default accepts every one. */
  readonly tlsModes?: readonly TlsMode[];
};

const isEmpty = (text: string | undefined): boolean => text === undefined || text === '';
const isEmptyList = (value: JsonValue | undefined): boolean =>
  value === undefined || (Array.isArray(value) && value.length === 0);

/** Names for the KMS and the gateway in earlier versions of dstack. */
const PHALA_FEATURES = new Set(['kms', 'tproxy-net']);

/**
 * Each rule with its member and its condition. Switches must be set explicitly, because defaults
 * differ between versions.
 */
const MEMBERS: readonly (readonly [
  RuleId,
  string,
  (file: AppCompose, platform: Platform) => boolean,
])[] = [
  [
    'app-compose-runner',
    'runner',
    ({ manifest_version, runner }) => manifest_version === 2 && runner === 'docker-compose',
  ],
  ['app-compose-public-logs', 'public_logs', (file) => file.public_logs === false],
  ['app-compose-public-sysinfo', 'public_sysinfo', (file) => file.public_sysinfo === false],
  ['app-compose-public-tcbinfo', 'public_tcbinfo', (file) => file.public_tcbinfo === true],
  [
    'app-compose-kms',
    'kms_enabled',
    ({ kms_enabled, key_provider }) =>
      kms_enabled === true && (key_provider === undefined || key_provider === 'kms'),
  ],
  [
    'app-compose-key-provider-id',
    'key_provider_id',
    ({ key_provider_id: id }, platform) =>
      isEmpty(id) ? platform === 'phala-cloud' : /^(?:[0-9a-f]{2})+$/.test(id ?? ''),
  ],
  [
    'app-compose-local-key-provider',
    'local_key_provider_enabled',
    (file) => file.local_key_provider_enabled === false,
  ],
  ['app-compose-instance-id', 'no_instance_id', (file) => file.no_instance_id === false],
  [
    'app-compose-secure-time',
    'secure_time',
    ({ secure_time: secure }, platform) =>
      secure === true || (platform === 'phala-cloud' && secure === false),
  ],
  [
    'app-compose-platform-members',
    'features',
    ({ features = [] }, platform) =>
      features.length === 0 ||
      (platform === 'phala-cloud' && features.every((name) => PHALA_FEATURES.has(name))),
  ],
  [
    'app-compose-platform-members',
    'tproxy_enabled',
    ({ tproxy_enabled }, platform) => tproxy_enabled === undefined || platform === 'phala-cloud',
  ],
  ['app-compose-init-script', 'init_script', (file) => isEmpty(file.init_script)],
  ['app-compose-bash-script', 'bash_script', (file) => isEmpty(file.bash_script)],
  ['app-compose-requirements', 'requirements', ({ requirements }) => requirements === undefined],
  ['app-compose-verity-volumes', 'verity_volumes', (file) => isEmptyList(file.verity_volumes)],
  [
    'app-compose-swap-size',
    'swap_size',
    ({ swap_size }) => [undefined, 0, '0'].includes(swap_size),
  ],
  [
    'app-compose-event-log-version',
    'event_log_version',
    ({ event_log_version }) => [undefined, 1, 2].includes(event_log_version),
  ],
  [
    'app-compose-storage-fs',
    'storage_fs',
    ({ storage_fs }) => [undefined, '', 'ext4', 'zfs'].includes(storage_fs),
  ],
];

/** The rules of members that more than one line judges, or that may have any value. */
const OTHERS: readonly (readonly [string, string])[] = [
  ['manifest_version', 'app-compose-runner'],
  ['key_provider', 'app-compose-kms'],
  ['pre_launch_script', 'app-compose-pre-launch-script'],
  ['allowed_envs', 'allowed-envs-policy'],
  ['port_policy', 'app-compose-port-policy'],
  ['docker_compose_file', 'Every rule about the compose file applies to it.'],
  ['name', 'Any name. It is measured, and nothing depends on it.'],
  [
    'gateway_enabled',
    'Any value. The gateway forwards connections, and the machine trusts it with nothing else.',
  ],
];

/**
 * Returns for each member the lint's rule, or the sentence that says why any value is accepted.
 */
export const MEMBER_RULES: ReadonlyMap<string, string> = new Map([
  ...OTHERS,
  ...MEMBERS.map(([rule, name]) => [name, rule] as const),
]);

function findingsOfAllowedEnvs(
  allowedEnvs: readonly string[],
  policy: LintPolicy,
): readonly LintFinding[] {
  const isAllowed = new Set(policy.allowedEnvs);
  return allowedEnvs.flatMap((name, index) => {
    const where = `allowed_envs[${index}]`;
    if (isSteeringName(name)) return [finding('allowed-envs-forbidden', where)];
    if (!ENVIRONMENT_NAME.test(name) || allowedEnvs.indexOf(name) !== index) {
      return [finding('allowed-envs-shape', where)];
    }
    return isAllowed.has(name) ? [] : [finding('allowed-envs-policy', where)];
  });
}

function findingsOfScript(script: string | undefined, policy: LintPolicy): readonly LintFinding[] {
  if (script === undefined || script === '') return [];
  const hash = sha256Hex(script);
  return policy.preLaunchScripts.includes(hash)
    ? []
    : [finding('app-compose-pre-launch-script', 'pre_launch_script')];
}

/** Returns the findings of the file's own members under a policy. */
export function findingsOfAppCompose(file: AppCompose, policy: LintPolicy): readonly LintFinding[] {
  const { platform = 'dstack-vmm' } = policy;
  const broken = MEMBERS.filter(([, , holds]) => !holds(file, platform));
  return [
    ...broken.map(([rule, name]) => finding(rule, name)),
    ...findingsOfScript(file.pre_launch_script, policy),
    ...findingsOfAllowedEnvs(file.allowed_envs ?? [], policy),
    ...findingsOfPortPolicy(file),
  ];
}
