/**
 * The rules of `compose.lint`, each with a stable id and a sentence that explains it. Everything
 * that no rule allows is rejected. A key or a form of value that a future version of Docker or
 * dstack adds therefore fails until it is reviewed.
 */
export const RULES = {
  'app-compose-syntax': 'The file is one JSON object in UTF-8, of bounded size and depth.',
  'app-compose-duplicate-key':
    'No member is repeated, because parsers differ in which one they keep.',
  'app-compose-unknown-key': 'Every member is one that this lint knows.',
  'app-compose-type': 'Every member has the type that the guest expects.',
  'app-compose-ascii':
    'The file is printable ASCII, so a person and the machine read the same text.',
  'app-compose-port-policy':
    'port_policy is absent, or forwards the published port alone (restrict_mode). Its pp agrees with PROXY_PROTOCOL.',
  'app-compose-platform-members':
    'features and tproxy_enabled are only in a file that Phala Cloud composed, with the values that it writes.',
  'app-compose-requirements':
    'requirements is absent: it belongs to manifest version 3, whose boot events this verifier does not judge.',
  'app-compose-verity-volumes':
    'verity_volumes is absent or empty, because such a volume adds content that no image digest names.',
  'app-compose-swap-size': 'swap_size is absent or 0, because swap writes memory to a disk.',
  'app-compose-event-log-version':
    'event_log_version is absent, 1 or 2, the forms of digests that this verifier replays.',
  'app-compose-storage-fs': 'storage_fs is absent, ext4 or zfs. Both are on the encrypted disk.',
  'app-compose-runner':
    'manifest_version is 2 and the runner is docker-compose. Version 3 has other boot events.',
  'app-compose-public-logs': 'public_logs is false, because container logs are not public.',
  'app-compose-public-sysinfo': 'public_sysinfo is false.',
  'app-compose-public-tcbinfo': 'public_tcbinfo is true, so that auditors can read the boot log.',
  'app-compose-kms': 'Keys come from a KMS: kms_enabled is true and key_provider is absent or kms.',
  'app-compose-key-provider-id':
    'key_provider_id names the KMS. Phala Cloud cannot write it, so key.custody compares the KMS in the boot log.',
  'app-compose-local-key-provider': 'The local key provider is off.',
  'app-compose-instance-id': 'no_instance_id is false, so each instance has a disk key of its own.',
  'app-compose-secure-time':
    'secure_time is true, so the clock does not depend on the host alone. Phala Cloud writes false.',
  'app-compose-init-script': 'There is no init_script.',
  'app-compose-bash-script': 'There is no bash_script.',
  'app-compose-pre-launch-script': 'The policy lists the SHA-256 of any pre_launch_script.',
  'allowed-envs-shape': 'allowed_envs lists distinct upper-case names.',
  'allowed-envs-policy': 'The policy allows every name in allowed_envs.',
  'allowed-envs-forbidden':
    'No name in allowed_envs controls the shell, Docker, the loader, Node.js, proxies or dstack.',

  'yaml-syntax': 'The compose file is YAML without errors or warnings.',
  'yaml-characters': 'The compose file contains only printable ASCII and line feeds.',
  'yaml-documents': 'There is exactly one YAML document.',
  'yaml-directive':
    'There is no %YAML or %TAG directive, because directives change the meaning of a text.',
  'yaml-anchor': 'There are no anchors.',
  'yaml-alias': 'There are no aliases.',
  'yaml-tag': 'There are no explicit tags.',
  'yaml-merge': 'There are no merge keys.',
  'yaml-duplicate-key': 'No key is repeated.',
  'yaml-key': 'Every key is a plain name.',
  'yaml-ambiguous-scalar':
    'Every value is on one line, and quoted if some version of YAML reads it as another type.',

  'compose-unknown-key': 'The top level contains only services and volumes.',
  'compose-include': 'Nothing is included from another file.',
  'compose-services': 'services is a map with at least one service.',
  'volume-options':
    'Named volumes have no driver, options or other name, so they are on the sealed disk.',
  interpolation:
    '$ occurs only in listed secret values, because interpolated text is not measured.',

  'service-unknown-key': 'Every key of a service is one that this lint judges.',
  'service-shape': 'Every value of a service has the form that this lint judges.',
  'service-build': 'Nothing is built at start, because builds are not measured.',
  'service-extends': 'No service extends another.',
  'service-env-file': 'No environment comes from a file.',
  'service-devices': 'No service has devices.',
  'service-ipc': 'No service shares an IPC namespace.',
  'service-volumes-from': 'No service mounts the volumes of other containers.',
  'service-post-start':
    'There are no lifecycle hooks, because they run with privileges of their own.',
  'service-privileged': 'No container is privileged.',
  'service-network-mode': 'No service uses the network of the host or of another container.',
  'service-pid': 'No service uses the process namespace of the host or of another container.',
  'service-cap-add': 'No service adds capabilities.',
  'service-cap-drop': 'All capabilities are dropped.',
  'service-command':
    'No service has a command or entrypoint, so the measured image determines what runs.',
  'service-security-opt': 'security_opt contains only no-new-privileges.',
  'service-no-new-privileges': 'no-new-privileges is set.',
  'service-read-only': 'The root file system is read-only.',
  'service-user': 'The user is a number other than 0, with a group other than 0.',
  'service-tmpfs': 'tmpfs is mounted only at /tmp or /run.',
  'service-restart':
    'restart is no or on-failure. Docker restarts anything else before dstack has measured it.',
  'service-health-check': 'There is a health check.',
  'service-health-check-shape':
    'The health check runs a script of the image with node, in exec form and without flags.',
  'image-pinned': 'Every image is repository@sha256:digest, without a tag.',
  'image-placeholder': 'The digest is 64 hex digits and not a placeholder.',
  'mount-docker-socket':
    'The Docker socket is not mounted, because it gives control of the machine.',
  'mount-host-path': 'No path of the host is mounted, except the dstack socket.',
  'mount-shape': 'Every other mount is a declared volume at /data or below /var/lib.',
  'dstack-socket': 'Exactly one service mounts the dstack socket, at its own path.',
  'published-port':
    'The file publishes exactly one port, on the service that mounts the dstack socket.',
  'environment-shape': 'environment is a map or list of upper-case names with one-line values.',
  'environment-duplicate': 'No environment entry is repeated.',
  'environment-from-shell':
    'Every environment entry has a value. Otherwise, the shell provides it.',
  'environment-name': 'No environment entry controls the loader, Node.js, proxies or dstack.',
  'data-dir-volume':
    'DATA_DIR is in a named volume. Elsewhere, the root file system is read-only, or is lost.',
  'setting-literal': 'Every setting of the service except the kill switch is a literal.',
  'setting-tls-mode':
    'TLS_MODE is one that the policy accepts (tlsModes). With acme alone, the service ends TLS with a key that is made in the machine.',
} as const;

/** The id of a rule. */
export type RuleId = keyof typeof RULES;

/**
 * A violation of a rule. `where` is a path into the file and may quote its keys, made printable.
 */
export type LintFinding = {
  readonly rule: RuleId;
  readonly where: string;
  readonly message: string;
};

/** Creates a finding, with the rule's own sentence as the default message. */
export function finding(rule: RuleId, where: string, message: string = RULES[rule]): LintFinding {
  return { rule, where: where.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200), message };
}

/** Returns the rule of a finding, with its place in the file if it has one. */
export const placedRule = ({ rule, where }: LintFinding): string =>
  where === '' ? rule : `${rule} at ${where}`;
