/**
 * Tests the lint: each rule has a file that breaks only this rule, which is the good file with one
 * change.
 */
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { test } from '../test.js';
import fc from 'fast-check';
import { lintAppCompose } from '../../attestation/application/compose-lint.js';
import { APP_COMPOSE_MEMBERS } from '../../attestation/application/app-compose.js';
import { MEMBER_RULES } from '../../attestation/application/lint-app-compose.js';
import { RULES, type RuleId } from '../../attestation/application/lint-rules.js';
import {
  appComposeText,
  composeWith,
  GOOD_COMPOSE,
  GOOD_DIGEST,
  GOOD_POLICY,
} from './good-app-compose.js';

const vectors = new URL('../../../test/vectors/attestation/', import.meta.url);

const rulesOf = (text: string | Uint8Array, policy = GOOD_POLICY): readonly string[] => {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return lintAppCompose(bytes, policy).map(({ rule }) => rule);
};

const withMember = (name: string, value: unknown) => appComposeText({ [name]: value });
const withCompose = (from: string, to: string) =>
  appComposeText({ docker_compose_file: composeWith(from, to) });
const atEnd = (text: string) =>
  withCompose('volumes:\n  state: {}\n', `volumes:\n  state: {}\n${text}`);
const inService = (line: string) =>
  withCompose('    restart: on-failure\n', `    restart: on-failure\n    ${line}\n`);
const inEnvironment = (line: string) =>
  withCompose('      DATA_DIR: /data\n', `      DATA_DIR: /data\n      ${line}\n`);

const SECOND_SERVICE = (GOOD_COMPOSE.split('services:\n')[1] ?? '')
  .replace(/\nvolumes:\n[^]*/, '')
  .replace('sealwright:', 'second:')
  .replace(/ {4}ports:\n.*\n/, '');

const portPolicy = (changes: object) => ({
  ports: [{ port: 3001 }],
  restrict_mode: true,
  ...changes,
});
const withProxyProtocol = (mode: string, policy?: object) => {
  const compose = composeWith(
    'HOST: "0.0.0.0"',
    `HOST: "0.0.0.0"\n      PROXY_PROTOCOL: "${mode}"`,
  );
  return appComposeText({ docker_compose_file: compose, port_policy: policy });
};

/** Files by the only rule that they break. */
const BREACHES: Readonly<Record<RuleId, readonly (string | Uint8Array)[]>> = {
  'app-compose-syntax': [
    '',
    '[]',
    'null',
    '{"a":1',
    Uint8Array.of(0x22, 0xff, 0x22),
    `${'['.repeat(20)}${']'.repeat(20)}`,
    `\ufeff${appComposeText()}`,
    `"${'a'.repeat(600_000)}"`,
  ],
  'app-compose-duplicate-key': [
    appComposeText().replace('{', '{"public_logs":true,'),
    appComposeText().replace('{', '{"public_log\\u0073":true,'),
  ],
  'app-compose-unknown-key': [
    withMember('docker_config', {}),
    withMember('__proto__x', 1),
    appComposeText().replace('{', '{"__proto__":{},'),
  ],
  'app-compose-type': [
    withMember('public_logs', 'false'),
    withMember('allowed_envs', ['A', 1]),
    withMember('docker_compose_file', undefined),
    withMember('manifest_version', null),
    withMember('swap_size', -1),
  ],
  'app-compose-ascii': [withMember('name', 'séalwright'), appComposeText().replace('{', '{\t')],
  'app-compose-port-policy': [
    withMember('port_policy', {}),
    withMember('port_policy', null),
    withMember('port_policy', portPolicy({ restrict_mode: false })),
    withMember('port_policy', portPolicy({ ports: [] })),
    withMember('port_policy', portPolicy({ ports: [{ port: 22 }] })),
    withMember('port_policy', portPolicy({ ports: [{ port: 3001 }, { port: 22 }] })),
    withMember('port_policy', portPolicy({ ports: [{ port: 3001, pp: true }] })),
    withMember('port_policy', portPolicy({ more: 1 })),
    withProxyProtocol('v2'),
    withProxyProtocol('v2', portPolicy({})),
  ],
  'app-compose-platform-members': [
    withMember('tproxy_enabled', true),
    withMember('features', ['kms']),
  ],
  'app-compose-requirements': [withMember('requirements', []), withMember('requirements', {})],
  'app-compose-verity-volumes': [
    withMember('verity_volumes', [{ name: 'x' }]),
    withMember('verity_volumes', {}),
  ],
  'app-compose-swap-size': [withMember('swap_size', 1), withMember('swap_size', '2G')],
  'app-compose-event-log-version': [
    withMember('event_log_version', 3),
    withMember('event_log_version', 0),
  ],
  'app-compose-storage-fs': [withMember('storage_fs', 'tmpfs')],
  'app-compose-runner': [
    withMember('runner', 'bash'),
    withMember('manifest_version', 3),
    withMember('manifest_version', '3'),
    withMember('manifest_version', '2'),
  ],
  'app-compose-public-logs': [
    withMember('public_logs', true),
    withMember('public_logs', undefined),
  ],
  'app-compose-public-sysinfo': [
    withMember('public_sysinfo', true),
    withMember('public_sysinfo', undefined),
  ],
  'app-compose-public-tcbinfo': [
    withMember('public_tcbinfo', false),
    withMember('public_tcbinfo', undefined),
  ],
  'app-compose-kms': [
    withMember('kms_enabled', false),
    withMember('kms_enabled', undefined),
    withMember('key_provider', 'local'),
    withMember('key_provider', 'none'),
    withMember('key_provider', 'tpm'),
  ],
  'app-compose-key-provider-id': [
    withMember('key_provider_id', ''),
    withMember('key_provider_id', undefined),
    withMember('key_provider_id', 'any'),
  ],
  'app-compose-local-key-provider': [
    withMember('local_key_provider_enabled', true),
    withMember('local_key_provider_enabled', undefined),
  ],
  'app-compose-instance-id': [
    withMember('no_instance_id', true),
    withMember('no_instance_id', undefined),
  ],
  'app-compose-secure-time': [
    withMember('secure_time', false),
    withMember('secure_time', undefined),
  ],
  'app-compose-init-script': [withMember('init_script', 'true')],
  'app-compose-bash-script': [withMember('bash_script', 'true')],
  'app-compose-pre-launch-script': [withMember('pre_launch_script', 'echo 0.0.19')],
  'allowed-envs-shape': [
    withMember('allowed_envs', ['API_SECRET', 'TINYCLOUD_BOOTSTRAP_ON_SIGN', 'API_SECRET']),
    withMember('allowed_envs', ['API_SECRET', 'TINYCLOUD_BOOTSTRAP_ON_SIGN', 'api_secret']),
    withMember('allowed_envs', ['API_SECRET', 'TINYCLOUD_BOOTSTRAP_ON_SIGN', 'A B']),
  ],
  'allowed-envs-policy': [
    withMember('allowed_envs', ['API_SECRET', 'TINYCLOUD_BOOTSTRAP_ON_SIGN', 'OTHER']),
  ],
  'allowed-envs-forbidden': [
    'COMPOSE_FILE',
    'APP_COMPOSE_FILE',
    'DOCKER_HOST',
    'PATH',
    'BASH_ENV',
    'LD_PRELOAD',
    'NODE_OPTIONS',
    'HTTPS_PROXY',
    'https_proxy',
    'Path',
    'SSL_CERT_FILE',
    'DSTACK_SIMULATOR_ENDPOINT',
    'HOME',
    'BASH_FUNC_docker%%',
    'IFS',
  ].map((name) => withMember('allowed_envs', ['API_SECRET', 'TINYCLOUD_BOOTSTRAP_ON_SIGN', name])),

  'yaml-syntax': [
    withMember('docker_compose_file', 'services: {'),
    withMember('docker_compose_file', 'services: "\n'),
    withMember('docker_compose_file', 'a: "\\q"\n'),
    withMember('docker_compose_file', `a: ${'['.repeat(60_000)}`),
    withMember('docker_compose_file', 'a: b\n'.repeat(20_000)),
  ],
  'yaml-characters': [
    withMember('docker_compose_file', `${GOOD_COMPOSE}# caf\u00e9\n`),
    withMember('docker_compose_file', `${GOOD_COMPOSE}#\r  x: y\n`),
    withMember('docker_compose_file', `${GOOD_COMPOSE}#\u2028\n`),
    withMember('docker_compose_file', `${GOOD_COMPOSE}#\t\n`),
  ].map((text) =>
    text.replaceAll(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ),
  'yaml-documents': [
    atEnd('---\nservices: {}\n'),
    withMember('docker_compose_file', ''),
    withMember('docker_compose_file', '# nothing\n'),
  ],
  'yaml-directive': [
    withMember('docker_compose_file', `%YAML 1.2\n---\n${GOOD_COMPOSE}`),
    withMember('docker_compose_file', `%TAG !x! tag:example.com,2000:\n---\n${GOOD_COMPOSE}`),
  ],
  'yaml-anchor': [
    withCompose('DATA_DIR: /data', 'DATA_DIR: &x /data'),
    withCompose('  state: {}', '  state: &x {}'),
    withCompose('      PORT:', '      &x PORT:'),
    withCompose('\n    ports:\n', '\n    ports: &x\n'),
  ],
  'yaml-alias': [withMember('docker_compose_file', 'services: *x\n')],
  'yaml-tag': [
    withCompose('DATA_DIR: /data', 'DATA_DIR: !!str /data'),
    withCompose('DATA_DIR: /data', 'DATA_DIR: ! /data'),
    withCompose('\n    ports:\n', '\n    ports: !override\n'),
    withCompose('  state: {}', '  state: !reset {}'),
    withCompose('\n    ports:\n', '\n    ports: !!seq\n'),
  ],
  'yaml-merge': [inService('<<: {}'), inService('"<<": {}')],
  'yaml-duplicate-key': [
    inEnvironment('PORT: "1"'),
    inEnvironment('"PORT": "1"'),
    atEnd('services: {}\n'),
  ],
  'yaml-key': [
    inEnvironment('1: "x"'),
    inEnvironment('? [a, b]\n      : "x"'),
    inEnvironment('"": "x"'),
  ],
  'yaml-ambiguous-scalar': [
    ...[
      'on',
      'Yes',
      'no',
      'y',
      'True',
      '012',
      '0x10',
      '1e3',
      '1_000',
      '1.0',
      '-1',
      '.5',
      '1:30',
      '2001-01-01',
      '+1',
      '1234567890123456',
      '.inf',
      '0b1',
    ].map((value) => withCompose('PORT: "3001"', `PORT: ${value}`)),
    withCompose('HOST: "0.0.0.0"', 'HOST: some\n        more'),
    withCompose('HOST: "0.0.0.0"', 'HOST: |\n        some'),
    withCompose('HOST: "0.0.0.0"', 'HOST: "some\\n"'),
    withCompose('HOST: "0.0.0.0"', 'HOST: "some\\x07"'),
    withCompose('restart: on-failure', 'restart: no'),
    withCompose('"3001:3001"', '3001:3001'),
  ],
  'compose-unknown-key': [
    'version: "3"\n',
    'x-a: b\n',
    'networks: {}\n',
    'configs: {}\n',
    'secrets: {}\n',
    'name: a\n',
  ].map(atEnd),
  'compose-include': [atEnd('include: [other.yml]\n')],
  'compose-services': [
    withMember('docker_compose_file', 'services: {}\n'),
    withMember('docker_compose_file', 'volumes: {}\n'),
    withMember('docker_compose_file', 'text\n'),
    withCompose('\nvolumes:\n', '\n  other: text\nvolumes:\n'),
  ],
  'volume-options': [
    'driver: local',
    'external: true',
    'name: other',
    'driver_opts: {type: none}',
  ].map((option) => withCompose('  state: {}', `  state: {${option}}`)),
  interpolation: [
    inEnvironment('OTHER: a$b'),
    inEnvironment('OTHER: $$'),
    inEnvironment('OTHER: ${OTHER}'),
    inEnvironment('OTHER: ${API_SECRET}'),
    inEnvironment('OTHER: x${OTHER}'),
    withCompose('${API_SECRET}', '${API_SECRET:-x}'),
    withCompose('${API_SECRET}', '${API_SECRET:?x}'),
    withCompose('ON_SIGN:-on}', 'ON_SIGN:-off}'),
    withCompose('ON_SIGN:-on}', 'ON_SIGN-on}'),
    withMember('allowed_envs', ['API_SECRET']),
  ],

  'service-unknown-key': [
    'labels: {}',
    'logging: {}',
    'networks: {}',
    'deploy: {}',
    'secrets: []',
    'configs: []',
    'x-a: b',
    'userns_mode: host',
    'pre_stop: []',
    'develop: {}',
    'use_api_socket: true',
    'uts: host',
    'cgroup: host',
    'sysctls: {}',
    'working_dir: /tmp',
    'runtime: x',
    'depends_on: []',
    'extra_hosts: []',
    'dns: []',
    'hostname: x',
  ].map(inService),
  'service-shape': [inService('stop_grace_period: soon')],
  'service-build': [inService('build: dir'), inService('build: {context: dir}')],
  'service-extends': [inService('extends: {service: other}')],
  'service-env-file': [inService('env_file: file.env')],
  'service-devices': [inService('devices: [/dev/kvm]')],
  'service-ipc': [inService('ipc: host')],
  'service-volumes-from': [inService('volumes_from: [other]')],
  'service-post-start': [inService('post_start: [{command: x, privileged: true}]')],
  'service-privileged': [inService('privileged: true'), inService('privileged: false')],
  'service-network-mode': [inService('network_mode: host')],
  'service-pid': [inService('pid: host')],
  'service-cap-add': [inService('cap_add: [SYS_ADMIN]')],
  'service-cap-drop': [
    withCompose('    cap_drop:\n      - ALL\n', ''),
    withCompose('- ALL', '- NET_RAW'),
  ],
  'service-command': [inService('command: [x]'), inService('entrypoint: [x]')],
  'service-security-opt': [
    withCompose('- no-new-privileges:true', '- no-new-privileges:true\n      - seccomp=unconfined'),
  ],
  'service-no-new-privileges': [
    withCompose('    security_opt:\n      - no-new-privileges:true\n', ''),
  ],
  'service-read-only': [
    withCompose('    read_only: true\n', ''),
    withCompose('read_only: true', 'read_only: false'),
    withCompose('read_only: true', 'read_only: "true"'),
  ],
  'service-user': [
    withCompose('    user: "65532:65532"\n', ''),
    ...['root', 'node', '"0"', '"0:0"', '"65532:0"', '"00"', '65532'].map((user) =>
      withCompose('"65532:65532"', user),
    ),
  ],
  'service-tmpfs': [
    withCompose('/tmp:size=16m', '/app'),
    withCompose('/tmp:size=16m', '/tmp:exec'),
    withCompose('/tmp:size=16m', '/tmp/../app'),
  ],
  'service-restart': [
    withCompose('restart: on-failure', 'restart: always'),
    withCompose('restart: on-failure', 'restart: unless-stopped'),
  ],
  'service-health-check': [
    withMember('docker_compose_file', GOOD_COMPOSE.replace(/ {4}healthcheck:\n(?: {6}.*\n)+/, '')),
  ],
  'service-health-check-shape': [
    withCompose('[CMD, /nodejs/bin/node,', '[CMD-SHELL, /nodejs/bin/node,'),
    withCompose('[CMD, /nodejs/bin/node,', '[CMD, /bin/sh,'),
    withCompose('/app/dist/scripts/health-check.js]', '"-e", "fetch(1)"]'),
    withCompose('/app/dist/scripts/health-check.js]', '/data/health-check.js]'),
    withCompose('/app/dist/scripts/health-check.js]', '/app/../data/health-check.js]'),
    withCompose('      interval: "30s"\n', '      interval: "30s"\n      disable: true\n'),
    withCompose('retries: 3', 'retries: 0'),
  ],
  'image-pinned': [
    withCompose(`@sha256:${GOOD_DIGEST}`, ':latest'),
    withCompose('sealwright@sha256', 'sealwright:1@sha256'),
    withCompose(`ghcr.io/example/sealwright@sha256:${GOOD_DIGEST}`, `sha256:${GOOD_DIGEST}`),
    withCompose(`@sha256:${GOOD_DIGEST}`, ''),
    withCompose(`    image: ghcr.io/example/sealwright@sha256:${GOOD_DIGEST}\n`, ''),
  ],
  'image-placeholder': [
    '0'.repeat(64),
    'f'.repeat(64),
    '0123456789abcdef'.repeat(4),
    'REPLACE_ME',
    GOOD_DIGEST.toUpperCase(),
    GOOD_DIGEST.slice(1),
    `${GOOD_DIGEST}0`,
    'deadbeef'.repeat(8),
  ].map((digest) => withCompose(GOOD_DIGEST, digest)),
  'mount-docker-socket': [
    '/var/run/docker.sock:/var/run/docker.sock',
    '/run/docker.sock:/x:ro',
    '/run/containerd/containerd.sock:/x',
  ].map((mount) => withCompose('- state:/data', `- state:/data\n      - ${mount}`)),
  'mount-host-path': [
    '/:/host',
    '/tapp:/tapp:ro',
    './x:/data',
    '~/x:/data',
    '/var/run:/data',
    '/var/run/tappd.sock:/var/run/tappd.sock',
    '/var/run/dstack.sock:/other.sock',
    '/var/run/../run/dstack.sock:/var/run/dstack.sock',
  ].map((mount) =>
    withCompose(
      '- state:/data',
      `- state:/data\n      - ${mount.startsWith('.') || mount.startsWith('~') ? `"${mount}"` : mount}`,
    ),
  ),
  'mount-shape': [
    'state:/app',
    'state:/data/../app',
    'undeclared:/data',
    'state:/data:Z',
    '/data',
    '{type: bind, source: /, target: /x}',
    'state:/var/run',
  ].map((mount) =>
    withCompose('- state:/data', `- state:/data\n      - ${mount === '/data' ? 'state' : mount}`),
  ),
  'dstack-socket': [
    withCompose('      - /var/run/dstack.sock:/var/run/dstack.sock\n', ''),
    withCompose('\nvolumes:\n', `\n${SECOND_SERVICE}\nvolumes:\n`),
  ],
  'published-port': [
    withCompose('    ports:\n      - "3001:3001"\n', ''),
    withCompose('- "3001:3001"', '- "3001:3001"\n      - "3002:3002"'),
    withCompose('- "3001:3001"', '- "3001"'),
    withCompose('- "3001:3001"', '- "3001:99999"'),
    withCompose('- "3001:3001"', '- "3001-3002:3001-3002"'),
    withCompose('- "3001:3001"', '- {target: 3001, published: "3001"}'),
    withCompose(
      '\nvolumes:\n',
      `\n${SECOND_SERVICE.replace('      - /var/run/dstack.sock:/var/run/dstack.sock\n', '')}\n    ports: ["1:1"]\nvolumes:\n`,
    ),
  ],
  'environment-shape': [
    inEnvironment('lower: x'),
    inEnvironment('A: [x]'),
    inEnvironment('A B: x'),
    withMember(
      'docker_compose_file',
      GOOD_COMPOSE.replace(/environment:\n(?: {6}.*\n)+/, 'environment: text\n'),
    ),
    withMember(
      'docker_compose_file',
      GOOD_COMPOSE.replace(/environment:\n(?: {6}.*\n)+/, 'environment: [3]\n'),
    ),
  ],
  'environment-duplicate': [
    withMember(
      'docker_compose_file',
      GOOD_COMPOSE.replace(/environment:\n(?: {6}.*\n)+/, 'environment: [A=1, A=2]\n'),
    ),
  ],
  'environment-from-shell': [
    inEnvironment('OTHER:'),
    inEnvironment('OTHER: # nothing'),
    withMember(
      'docker_compose_file',
      GOOD_COMPOSE.replace(/environment:\n(?: {6}.*\n)+/, 'environment: [API_SECRET]\n'),
    ),
  ],
  'environment-name': [
    'NODE_OPTIONS',
    'DSTACK_SIMULATOR_ENDPOINT',
    'LD_PRELOAD',
    'PATH',
    'HTTP_PROXY',
    'NODE_EXTRA_CA_CERTS',
  ].map((name) => inEnvironment(`${name}: x`)),
  'data-dir-volume': [
    ...['/mnt', '/database', '/', '/data/../app', 'data'].map((path) =>
      withCompose('DATA_DIR: /data', `DATA_DIR: ${path}`),
    ),
    withCompose('- state:/data', '- state:/var/lib/other'),
    withCompose('DATA_DIR: /data', "DATA_DIR: ''"),
  ],
  'setting-literal': [
    withMember('allowed_envs', ['TINYCLOUD_BOOTSTRAP_ON_SIGN', 'API_SECRET']).replace(
      '/data\\n      TINY',
      '${DATA_DIR}\\n      TINY',
    ),
    inEnvironment('LOG_LEVEL: ${LOG_LEVEL}'),
    inEnvironment('PUBLIC_ORIGIN: https://$HOST'),
  ],
  'setting-tls-mode': ['files', 'ACME', 'other'].map((mode) => inEnvironment(`TLS_MODE: ${mode}`)),
};

test('the good file passes, and every rule has a sentence', (t) => {
  t.deepEqual(lintAppCompose(new TextEncoder().encode(appComposeText()), GOOD_POLICY), []);
  for (const [rule, sentence] of Object.entries(RULES)) {
    t.regex(rule, /^[a-z]+(?:-[a-z]+)*$/);
    t.regex(sentence, /^.*\.$/);
  }
});

const PASSING: Readonly<Record<string, string>> = {
  'a port_policy for the published port': withMember('port_policy', portPolicy({})),
  'a port_policy with the header that the service expects': withProxyProtocol(
    'v2',
    portPolicy({ ports: [{ port: 3001, pp: true }] }),
  ),
  'PROXY_PROTOCOL off': withProxyProtocol('off'),
  'version 1 of the event log': withMember('event_log_version', 1),
  'version 2 of the event log': withMember('event_log_version', 2),
  'a named file system': withMember('storage_fs', 'zfs'),
  'a certificate that the service obtains': inEnvironment('TLS_MODE: acme'),
  'TLS that the gateway ends': inEnvironment('TLS_MODE: ""'),
  'no swap': withMember('swap_size', 0),
  'no verity volumes': withMember('verity_volumes', []),
  'a data directory below its volume': withCompose('DATA_DIR: /data', 'DATA_DIR: /data/state'),
};
for (const [what, text] of Object.entries(PASSING)) {
  test(`a file with ${what} passes`, (t) => {
    t.deepEqual(rulesOf(text), []);
  });
}

test('each member that dstack reads has a rule or a reason why any value is accepted', (t) => {
  t.deepEqual([...MEMBER_RULES.keys()].toSorted(), [...APP_COMPOSE_MEMBERS].toSorted());
  for (const rule of MEMBER_RULES.values()) {
    t.true(Object.hasOwn(RULES, rule) || rule.endsWith('.'), rule);
  }
});

test('every rule has a file that breaks it', (t) => {
  t.deepEqual(Object.keys(BREACHES).toSorted(), Object.keys(RULES).toSorted());
});

for (const [rule, files] of Object.entries(BREACHES)) {
  test(`a file that breaks ${rule} fails with that rule only`, (t) => {
    t.true(files.length > 0);
    files.forEach((file, index) => {
      t.deepEqual([...new Set(rulesOf(file))], [rule], `file ${index}`);
    });
  });
}

test('harmless variants of the good file pass', (t) => {
  for (const file of [
    withCompose(
      '- /var/run/dstack.sock:/var/run/dstack.sock',
      '- /var/run/dstack.sock:/var/run/dstack.sock:ro',
    ),
    withCompose('restart: on-failure', 'restart: "no"'),
    withCompose('restart: on-failure', 'restart: on-failure:5'),
    withCompose('    restart: on-failure\n', ''),
    withCompose('PORT: "3001"', 'PORT: 3001'),
    withCompose('  state: {}', '  state:'),
    withCompose('${API_SECRET}', '""'),
    withCompose('services:\n', '# a comment with $ and &\nservices:\n'),
    withMember('pre_launch_script', ''),
    withMember('key_provider', 'kms'),
    withMember('swap_size', 0),
    withMember('allowed_envs', ['API_SECRET']).replace(
      '${TINYCLOUD_BOOTSTRAP_ON_SIGN:-on}',
      'off_',
    ),
  ]) {
    t.deepEqual(rulesOf(file), []);
  }
});

test('a policy can demand that the service ends TLS with a key of its own', (t) => {
  const { tlsModes: _any, ...others } = GOOD_POLICY;
  const strict = { ...others, tlsModes: ['acme'] as const };
  const acme = inEnvironment('TLS_MODE: acme');
  t.deepEqual(rulesOf(acme, strict), []);
  for (const file of [
    appComposeText(),
    inEnvironment('TLS_MODE: "off"'),
    inEnvironment('TLS_MODE: files'),
  ]) {
    t.deepEqual(rulesOf(file, strict), ['setting-tls-mode']);
    t.deepEqual(rulesOf(file, others), []);
  }
  const fromOutside = rulesOf(inEnvironment('TLS_MODE: ${TLS_MODE}'), strict);
  t.deepEqual(fromOutside, ['setting-literal', 'setting-tls-mode']);
});

test('a pre-launch script that the policy lists by hash passes', (t) => {
  const script = 'true\n';
  const hash = createHash('sha256').update(script).digest('hex');
  const policy = { ...GOOD_POLICY, preLaunchScripts: [hash] };
  t.deepEqual(lintAppCompose(Buffer.from(withMember('pre_launch_script', script)), policy), []);
});

test('no policy allows a variable that controls what runs', (t) => {
  const names = ['TINYCLOUD_BOOTSTRAP_ON_SIGN', 'API_SECRET', 'NODE_OPTIONS'];
  const policy = { ...GOOD_POLICY, allowedEnvs: names };
  t.deepEqual(rulesOf(withMember('allowed_envs', names), policy), ['allowed-envs-forbidden']);
});

test('untrusted bytes never make the lint throw', (t) => {
  const good = Array.from(appComposeText());
  const mutation = fc.tuple(fc.nat(good.length - 1), fc.string({ maxLength: 6 }));
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 5 }), (mutations) => {
      const text = [...good];
      for (const [at, replacement] of mutations) text[at] = replacement;
      t.notThrows(() => rulesOf(text.join('')));
    }),
  );
});

test('a finding contains its location in printable characters', (t) => {
  const [found] = lintAppCompose(Buffer.from(withMember('\u001b[31m', 1)), GOOD_POLICY);
  t.is(found?.where, '?[31m');
});

const GENUINE: readonly (readonly [string, string, readonly RuleId[]])[] = [
  [
    'near-mpc-2026-08',
    'tcb_info.json',
    [
      'mount-docker-socket',
      'mount-host-path',
      'app-compose-kms',
      'app-compose-public-logs',
      'app-compose-instance-id',
    ],
  ],
  [
    'near-mpc-2026-01',
    'tcb_info.json',
    ['mount-docker-socket', 'mount-host-path', 'app-compose-local-key-provider'],
  ],
  [
    'dstack-simulator-kms',
    'info.json',
    ['yaml-ambiguous-scalar', 'app-compose-pre-launch-script', 'app-compose-key-provider-id'],
  ],
];

function appComposeOf(folder: string, name: string): string {
  const file = JSON.parse(readFileSync(new URL(`${folder}/${name}`, vectors), 'utf8')) as {
    tcb_info?: string;
    app_compose?: string;
  };
  return (
    file.app_compose ?? (JSON.parse(file.tcb_info ?? '{}') as { app_compose: string }).app_compose
  );
}

for (const [folder, name, expected] of GENUINE) {
  test(`the genuine ${folder} fails for its actual problems`, (t) => {
    const rules = new Set(rulesOf(appComposeOf(folder, name)));
    for (const rule of expected) t.true(rules.has(rule), rule);
  });
}

test('the textbook example fails for all its problems', (t) => {
  const rules = new Set(
    rulesOf(readFileSync(new URL('dstack-examples-rtmr3/app-compose.json', vectors))),
  );
  for (const rule of [
    'service-privileged',
    'service-network-mode',
    'mount-host-path',
    'image-pinned',
    'service-user',
    'app-compose-unknown-key',
    'app-compose-public-logs',
    'dstack-socket',
  ]) {
    t.true(rules.has(rule), rule);
  }
});
