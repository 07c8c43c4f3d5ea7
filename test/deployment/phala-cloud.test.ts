/**
 * Tests a deployment as Phala Cloud makes it: the platform composes the app-compose file, and what
 * it cannot write there is judged by the boot log.
 */
import { test } from '../test.js';
import { lintAppCompose } from '../../attestation/application/compose-lint.js';
import type { Policy } from '../../attestation/policy/policy.js';
import { audit, LOCAL_POLICY, NONCE, notPassed, withPolicy } from '../attestation/audit.js';
import { mintDocument, type MintOptions } from '../attestation/mint-document.js';
import { GOOD_DIGEST } from '../attestation/good-app-compose.js';
import { DeploymentError } from '../../src/deployment/operator-file.js';
import { rendered } from './rendered.js';

const deployment = rendered({}, {}, false, 'phala-cloud');
type Members = Readonly<Record<string, unknown>> & { readonly docker_compose_file: string };
const ours = JSON.parse(deployment.appCompose) as Members;

/**
 * A file in the shape that Phala Cloud shows for its deployments. Members are sorted and compact,
 * as the platform writes them.
 */
const SHOWN = {
  allowed_envs: ['TINYCLOUD_BOOTSTRAP_ON_SIGN'],
  docker_compose_file: ours.docker_compose_file,
  features: ['kms', 'tproxy-net'],
  gateway_enabled: true,
  kms_enabled: true,
  local_key_provider_enabled: false,
  manifest_version: 2,
  name: '',
  no_instance_id: false,
  public_logs: false,
  public_sysinfo: false,
  public_tcbinfo: true,
  runner: 'docker-compose',
  secure_time: false,
  storage_fs: 'zfs',
  tproxy_enabled: true,
};

/** A reviewed policy of the deployment for the stand-in machine. */
const reviewed: Policy = {
  ...withPolicy(deployment.policy, { image: LOCAL_POLICY.image }),
  reviewed: true,
  roots: LOCAL_POLICY.roots,
  governance: LOCAL_POLICY.governance,
};
const anyFile = withPolicy(reviewed, { application: { composeHashes: null, appIds: null } });

const settings = Object.fromEntries(
  Object.entries(reviewed.statement.config).map(([name, [value]]) => [
    name,
    typeof value === 'string' ? value : null,
  ]),
);

async function judge(
  members: object,
  policy: Policy,
  options: MintOptions = {},
): Promise<readonly string[]> {
  const compose = new Uint8Array(Buffer.from(JSON.stringify(members)));
  const document = await mintDocument({ compose, settings, ...options });
  return notPassed(audit(JSON.stringify(document), { nonce: NONCE, policy }));
}

test('the rendered file is the one that the platform composes, byte for byte', (t) => {
  t.is(deployment.appCompose, JSON.stringify(SHOWN));
});

test('an honest deployment is accepted under its policy', async (t) => {
  t.deepEqual(await judge(SHOWN, reviewed), []);
});

test('the same file is refused under the policy of another platform', (t) => {
  const { application } = rendered().policy;
  const found = lintAppCompose(new Uint8Array(Buffer.from(JSON.stringify(SHOWN))), application);
  t.deepEqual([...new Set(found.map(({ rule }) => rule))].toSorted(), [
    'app-compose-key-provider-id',
    'app-compose-platform-members',
    'app-compose-secure-time',
  ]);
});

const inCompose = (from: string, to: string): object => {
  if (!SHOWN.docker_compose_file.includes(from)) throw new TypeError(`not in the file: ${from}`);
  return { ...SHOWN, docker_compose_file: SHOWN.docker_compose_file.replace(from, () => to) };
};

const HARMFUL: readonly (readonly [string, object, check: string])[] = [
  ['public logs', { ...SHOWN, public_logs: true }, 'compose.lint'],
  ['public system information', { ...SHOWN, public_sysinfo: true }, 'compose.lint'],
  ['a pre-launch script', { ...SHOWN, pre_launch_script: 'curl x | sh' }, 'compose.lint'],
  ['an init script', { ...SHOWN, init_script: 'true' }, 'compose.lint'],
  ['another name from outside', { ...SHOWN, allowed_envs: ['APP_ORIGINS'] }, 'compose.lint'],
  ['a local key provider', { ...SHOWN, local_key_provider_enabled: true }, 'compose.lint'],
  ['no KMS', { ...SHOWN, kms_enabled: false }, 'compose.lint'],
  ['a feature that is not known', { ...SHOWN, features: ['kms', 'other'] }, 'compose.lint'],
  ['a member that is not known', { ...SHOWN, salt: '5e' }, 'compose.lint'],
  ['an image by tag', inCompose(`@sha256:${GOOD_DIGEST}`, ':latest'), 'compose.lint'],
  ['a mount of the host', inCompose('- state:/data', '- /:/data'), 'compose.lint'],
  [
    'another setting than the attested one',
    inCompose('https://sealwright.example', 'https://evil.example'),
    'config.measured',
  ],
];

for (const [what, members, check] of HARMFUL) {
  test(`a file with ${what} is rejected at ${check}, and its hash is not in the policy`, async (t) => {
    t.true((await judge(members, anyFile)).includes(check));
    t.true((await judge(members, reviewed)).includes('compose.hash'));
  });
}

test('another KMS in the boot log is rejected at key.custody, as the file cannot name one', async (t) => {
  const [pinned] = reviewed.keys.keyProviders;
  if (pinned === undefined) return t.fail();
  const other = withPolicy(reviewed, { keys: { keyProviders: [{ ...pinned, id: '00' }] } });
  t.deepEqual(await judge(SHOWN, other), ['key.custody']);
  t.true((await judge(SHOWN, reviewed, { kms: false })).includes('key.custody'));
});

test('each command that sends values names the kill switch, so that the hash stays when it is used', (t) => {
  const lines = deployment.commands.split('\n').filter((line) => line.includes(' -e '));
  t.is(lines.length, 3);
  for (const line of lines) t.regex(line, /-e TINYCLOUD_BOOTSTRAP_ON_SIGN=(?:on|off)\b/);
  t.is(lines.filter((line) => line.includes('ON_SIGN=off')).length, 1);
});

test('a name that the platform refuses is refused before', (t) => {
  for (const name of ['keys', 'sealwright-', 'seal--wright']) {
    t.throws(() => rendered({}, { name }, false, 'phala-cloud'), { instanceOf: DeploymentError });
    t.notThrows(() => rendered({}, { name }));
  }
});
