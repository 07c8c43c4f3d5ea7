/**
 * The rules of `compose.lint`, each with a stable id and the one sentence that explains it. Everything that no rule allows
 * is refused, so a key or a value shape that a future Docker or dstack adds fails until somebody read what it does.
 */
export const RULES = {
  'app-compose-syntax': 'The file is one JSON object in UTF-8, of bounded size and depth.',
  'app-compose-duplicate-key': 'No member is said twice: readers differ in which one they keep.',
  'app-compose-unknown-key': 'Every member is one whose meaning is known here.',
  'app-compose-type': 'Every member has the type that the guest reads.',
  'app-compose-ascii':
    'The file is printable ASCII: what a person reads is what the machine reads.',
  'app-compose-not-judged':
    'port_policy, requirements and swap_size are absent: they are not judged here.',
  'app-compose-runner': 'manifest_version is 2 and the runner is docker-compose.',
  'app-compose-public-logs': 'public_logs is false: container logs are not for everybody.',
  'app-compose-public-sysinfo': 'public_sysinfo is false.',
  'app-compose-public-tcbinfo': 'public_tcbinfo is true: an auditor reads the boot log there.',
  'app-compose-kms': 'Keys come from a KMS: kms_enabled is true and key_provider not another kind.',
  'app-compose-key-provider-id':
    'key_provider_id names the KMS; when it is empty any KMS may serve the keys.',
  'app-compose-local-key-provider': 'The local key provider is off.',
  'app-compose-instance-id': 'no_instance_id is false: each instance has a disk key of its own.',
  'app-compose-secure-time': 'secure_time is true: the clock is not that of the host alone.',
  'app-compose-init-script': 'There is no init_script.',
  'app-compose-bash-script': 'There is no bash_script.',
  'app-compose-pre-launch-script':
    'A pre_launch_script is one that the policy lists by its SHA-256.',
  'allowed-envs-shape': 'allowed_envs lists different upper-case names.',
  'allowed-envs-policy': 'Every name of allowed_envs is one that the policy allows.',
  'allowed-envs-forbidden':
    'No name of allowed_envs steers the shell, Docker, the loader, Node.js, proxies or dstack.',

  'yaml-syntax': 'The compose file is YAML without errors and warnings.',
  'yaml-characters': 'The compose file holds printable ASCII and line feeds alone.',
  'yaml-documents': 'There is exactly one YAML document.',
  'yaml-directive': 'There is no %YAML or %TAG: they change what the same text means.',
  'yaml-anchor': 'There are no anchors.',
  'yaml-alias': 'There are no aliases.',
  'yaml-tag': 'There are no explicit tags.',
  'yaml-merge': 'There are no merge keys.',
  'yaml-duplicate-key': 'No key is said twice.',
  'yaml-key': 'Every key is a plain name.',
  'yaml-ambiguous-scalar':
    'Every value is on one line, and quoted where some version of YAML reads it as another type.',

  'compose-unknown-key': 'The top level holds services and volumes alone.',
  'compose-include': 'Nothing is included from another file.',
  'compose-services': 'services is a map with at least one service.',
  'volume-options':
    'Named volumes have no driver, options or other name: they lie on the sealed disk.',
  interpolation: '$ is in listed secret values alone: interpolated text is not measured.',

  'service-unknown-key': 'Every key of a service is one that is judged here.',
  'service-shape': 'Every value of a service has the one shape that is judged here.',
  'service-build': 'Nothing is built at start: a build is not measured.',
  'service-extends': 'A service extends no other.',
  'service-env-file': 'No environment comes from a file.',
  'service-devices': 'No devices.',
  'service-ipc': 'No shared IPC namespace.',
  'service-volumes-from': 'No volumes of other containers.',
  'service-post-start': 'No lifecycle hooks: they run with privileges of their own.',
  'service-privileged': 'No privileged container.',
  'service-network-mode': 'No network of the host or of another container.',
  'service-pid': 'No process namespace of the host or of another container.',
  'service-cap-add': 'No added capabilities.',
  'service-cap-drop': 'All capabilities are dropped.',
  'service-command':
    'The image says what runs: no command or entrypoint beside the measured digest.',
  'service-security-opt': 'security_opt holds nothing but no-new-privileges.',
  'service-no-new-privileges': 'no-new-privileges is set.',
  'service-read-only': 'The root file system is read-only.',
  'service-user': 'The user is a number other than 0, with a group other than 0.',
  'service-tmpfs': 'tmpfs is at /tmp or /run alone.',
  'service-restart':
    'restart is no or on-failure: Docker revives anything else before dstack has measured it.',
  'service-health-check': 'There is a health check.',
  'service-health-check-shape':
    'The health check runs a script of the image with node, in exec form and without flags.',
  'image-pinned': 'Every image is repository@sha256:digest, without a tag.',
  'image-placeholder': 'The digest is 64 hex digits that look like a digest.',
  'mount-docker-socket': 'The socket of Docker is not mounted: who has it has the machine.',
  'mount-host-path': 'Nothing of the host is mounted but the socket of dstack.',
  'mount-shape': 'Every other mount is a declared volume at /data or below /var/lib.',
  'dstack-socket': 'Exactly one service mounts the socket of dstack, at its own path.',
  'published-port':
    'The file publishes exactly one port, by the service that mounts the socket of dstack.',
  'environment-shape': 'environment is a map or list of upper-case names with one-line values.',
  'environment-duplicate': 'No environment entry is said twice.',
  'environment-from-shell': 'Every environment entry has a value: without one the shell gives it.',
  'environment-name': 'No environment entry steers the loader, Node.js, proxies or dstack.',
  'setting-literal': 'Every setting of the service is a literal, the kill-switch excepted.',
} as const;

export type RuleId = keyof typeof RULES;

/** One breach of a rule; `where` is a path into the file and may quote its keys, made printable. */
export type LintFinding = {
  readonly rule: RuleId;
  readonly where: string;
  readonly message: string;
};

/** A finding, with the rule's own sentence when no other message is given. */
export function finding(rule: RuleId, where: string, message: string = RULES[rule]): LintFinding {
  return { rule, where: where.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200), message };
}
