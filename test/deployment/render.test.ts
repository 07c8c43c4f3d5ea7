/**
 * Tests the files of the operator's command: the lint accepts them, and their hash is the one that
 * dstack measures.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '../test.js';
import { getComposeHash } from '@phala/dstack-sdk/get-compose-hash';
import { lintAppCompose } from '../../attestation/application/compose-lint.js';
import { policySchema } from '../../attestation/policy/policy.js';
import { DeploymentError, parseOperatorFile } from '../../src/deployment/operator-file.js';
import { runDeployment } from '../../src/deployment/run-deployment.js';
import { OPERATOR, rendered, ROOT } from './rendered.js';

const sha256 = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex');

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runDeployment({
    args,
    write: (text) => void (out += text),
    complain: (text) => void (err += text),
    color: false,
    nowMs: Date.now(),
    root: ROOT,
  });
  return { code, out, err };
}

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-render-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const VARIANTS = [
  rendered(),
  rendered({}, {}, true),
  rendered({ APP_ORIGINS: 'https://a.example, https://b.example/', PORT: '8443' }),
  rendered({}, { preLaunchScript: '# nothing\n', appId: '5e'.repeat(20) }),
  rendered({}, {}, false, 'dstack-vmm', 'postgres'),
];

test('a rendered file passes the lint under its own policy', (t) => {
  for (const { appCompose, policy } of VARIANTS) {
    t.deepEqual(lintAppCompose(Buffer.from(appCompose), policy.application), []);
    t.regex(appCompose, /^[\x20-\x7e]+$/);
  }
});

test('the hash covers the bytes, and the SDK computes the same', (t) => {
  for (const { appCompose, identity } of VARIANTS) {
    t.is(identity.composeHash, sha256(appCompose));
    const parsed = JSON.parse(appCompose) as Parameters<typeof getComposeHash>[0];
    t.is(getComposeHash(parsed), identity.composeHash);
    t.is(getComposeHash(parsed, true), identity.composeHash);
    t.regex(identity.mrConfigId, /^02[0-9a-f]{64}0{30}$/);
  }
  t.is(new Set(VARIANTS.map(({ identity }) => identity.composeHash)).size, VARIANTS.length);
});

test('the same values give the same bytes, in any order', (t) => {
  const settings = Object.fromEntries(Object.entries(OPERATOR.settings).toReversed());
  t.is(rendered().appCompose, rendered(settings, { settings }).appCompose);
});

test('a deployment that ends TLS in the service has a policy that demands it and the binding', (t) => {
  const acme = rendered({ TLS_MODE: 'acme', ACME_CONTACT: 'mailto:operator@sealwright.example' });
  t.deepEqual(acme.policy.application.tlsModes, ['acme']);
  t.is(acme.policy.channel, 'bound');
  t.is(acme.policy.caa, 'account');
  t.deepEqual(lintAppCompose(Buffer.from(acme.appCompose), acme.policy.application), []);
  const behindGateway = rendered();
  t.is(behindGateway.policy.channel, undefined);
  t.is(behindGateway.policy.caa, undefined);
  const found = lintAppCompose(Buffer.from(behindGateway.appCompose), acme.policy.application);
  t.deepEqual(
    found.map(({ rule }) => rule),
    ['setting-tls-mode'],
  );
});

test('the policy pins the file, its keys and every setting, and is marked as not reviewed', (t) => {
  const { policy, identity } = rendered();
  t.false(policy.reviewed);
  t.deepEqual(policy.application.composeHashes, [identity.composeHash]);
  t.is(identity.appId, identity.composeHash.slice(0, 40));
  t.deepEqual(policy.application.appIds, [identity.appId]);
  t.deepEqual(policy.keys.kmsRoots, [OPERATOR.settings['KMS_ROOT_PUBLIC_KEY'] ?? '']);
  t.deepEqual(policy.keys.keyProviders, [OPERATOR.keyProvider]);
  t.deepEqual(policy.statement.config['STATE_INIT'], ['0']);
  t.deepEqual(policy.statement.config['PCCS_URL'], [null]);
  t.deepEqual(policy.statement.config['TINYCLOUD_BOOTSTRAP_ON_SIGN'], ['on', 'off']);
  t.true(policy.statement.measured && policy.application.lint && policy.governance.required);
  t.deepEqual(rendered({}, { appId: '5e'.repeat(20) }).policy.application.appIds, [
    '5e'.repeat(20),
  ]);
});

test('a service that reads headers is rendered with a gateway that writes them', (t) => {
  const settings = { PROXY_PROTOCOL: 'v2', CLIENT_ADDRESSES: 'socket', PORT: '8443' };
  const { appCompose, policy } = rendered(settings);
  const { port_policy: ports } = JSON.parse(appCompose) as Record<string, unknown>;
  t.deepEqual(ports, { ports: [{ port: 8443, pp: true }], restrict_mode: true });
  t.deepEqual(lintAppCompose(Buffer.from(appCompose), policy.application), []);
  const inPhala = (): unknown => rendered(settings, {}, false, 'phala-cloud');
  t.throws(inPhala, { instanceOf: DeploymentError, message: /app-compose-port-policy/ });
});

test('the file for the first start differs from later ones', (t) => {
  const first = rendered({}, {}, true);
  t.regex(first.compose, /STATE_INIT: "1"/);
  t.regex(rendered().compose, /STATE_INIT: "0"/);
  t.deepEqual(first.policy.statement.config['STATE_INIT'], ['1']);
});

const REFUSED: readonly (readonly [string, () => unknown, RegExp])[] = [
  ['a tag in place of a digest', () => rendered({}, { image: 'a/b:1' }), /image-pinned/],
  [
    'a digest that nobody filled in',
    () => rendered({}, { image: `a/b@sha256:${'0'.repeat(64)}` }),
    /image-placeholder/,
  ],
  ['http outside', () => rendered({ PUBLIC_ORIGIN: 'http://a.example' }), /PUBLIC_ORIGIN/],
  ['two sources of client addresses', () => rendered({ PROXY_PROTOCOL: 'v2' }), /CLIENT_ADDRESSES/],
  [
    'a header and trusted proxies',
    () => rendered({ PROXY_PROTOCOL: 'v2', CLIENT_ADDRESSES: 'socket', TRUSTED_PROXY_HOPS: '1' }),
    /TRUSTED_PROXY_HOPS/,
  ],
  ['no KMS root', () => rendered({ KMS_ROOT_PUBLIC_KEY: '' }), /KMS_ROOT_PUBLIC_KEY/],
  ['no node', () => rendered({ TINYCLOUD_NODE_DID: '' }), /TINYCLOUD_NODE_DID/],
  ['development', () => rendered({ SEALWRIGHT_MODE: 'development' }), /SEALWRIGHT_MODE/],
  ['a setting that is none', () => rendered({ TINYCLOUD_X: '1' }), /TINYCLOUD_X/],
  ['a name that steers Node.js', () => rendered({ NODE_OPTIONS: '-r x' }), /NODE_OPTIONS/],
  ['a value that is interpolated', () => rendered({ DATA_DIR: '/data$X' }), /setting-literal/],
  ['a data directory outside the volume', () => rendered({ DATA_DIR: '/mnt' }), /data-dir-volume/],
  ['a value that is not ASCII', () => rendered({ DATA_DIR: '/d\u00e4ta' }), /yaml-characters/],
  ['the switch for the first start', () => rendered({ STATE_INIT: '1' }), /STATE_INIT/],
  ['the kill-switch', () => rendered({ TINYCLOUD_BOOTSTRAP_ON_SIGN: 'off' }), /ON_SIGN/],
  ['a simulator', () => rendered({ DSTACK_SIMULATOR_ENDPOINT: 'http://x' }), /SIMULATOR/],
  ['a provider without an id', () => rendered({}, { keyProvider: { name: 'kms', id: '' } }), /id/],
  ['no JSON', () => parseOperatorFile('{"a": }'), /is malformed: Unexpected token '?}/],
  [
    'a member twice',
    () => parseOperatorFile('{"name":"a","name":"b"}'),
    /a name occurs twice in an object/,
  ],
  ['an unknown member', () => parseOperatorFile('{"names":"a"}'), /name/],
];

for (const [what, render, said] of REFUSED) {
  test(`refused: ${what}`, (t) => {
    t.throws(render, { instanceOf: DeploymentError, message: said });
  });
}

test('the example is refused with all of its placeholders at once', async (t) => {
  const example = await readFile(new URL('src/deployment/operator.example.json', ROOT), 'utf8');
  const error = t.throws(() => parseOperatorFile(example), { instanceOf: DeploymentError });
  const paths = [...(error?.message ?? '').matchAll(/^ {2}(\S+): still/gm)].map(([, path]) => path);
  t.deepEqual(paths, [
    'image',
    'keyProvider.id',
    'settings.TINYCLOUD_NODE_DID',
    'settings.KMS_ROOT_PUBLIC_KEY',
  ]);
});

test('render writes its files and never overwrites a folder', async (t) => {
  await withFolder(async (folder) => {
    const operator = join(folder, 'operator.json');
    await writeFile(operator, JSON.stringify(OPERATOR));
    const out = join(folder, 'out');
    const first = await run('render', '--operator', operator, '--out', out);
    t.is(first.code, 0, first.err);
    const bytes = await readFile(join(out, 'app-compose.json'));
    t.true(first.out.includes(sha256(bytes)));
    const { docker_compose_file: inside } = JSON.parse(bytes.toString()) as Record<string, string>;
    t.is(inside, await readFile(join(out, 'docker-compose.yml'), 'utf8'));
    const policy = await readFile(join(out, 'policy.json'), 'utf8');
    t.notThrows(() => policySchema.parse(JSON.parse(policy)));
    t.regex(await readFile(join(out, 'commands.txt'), 'utf8'), /vmm-cli\.py deploy/);
    t.is((await run('render', '--operator', operator, '--out', out)).code, 2);
    t.is(await readFile(join(out, 'policy.json'), 'utf8'), policy);
  });
});

test('plan compares two rendered folders', async (t) => {
  await withFolder(async (folder) => {
    const appId = '5e'.repeat(20);
    for (const [name, LOG_LEVEL] of [
      ['old', 'info'],
      ['new', 'warn'],
    ] as const) {
      const operator = join(folder, `${name}.json`);
      const settings = { ...OPERATOR.settings, LOG_LEVEL };
      await writeFile(operator, JSON.stringify({ ...OPERATOR, appId, settings }));
      t.is((await run('render', '--operator', operator, '--out', join(folder, name))).code, 0);
    }
    const { code, out } = await run('plan', join(folder, 'old'), join(folder, 'new'));
    t.is(code, 0);
    t.regex(out, /^settings: 1 changed\n {2}LOG_LEVEL\n/);
    t.regex(out, new RegExp(`^Propose to contract 0x${appId}`, 'm'));
    t.is((await run('plan', join(folder, 'old'), join(folder, 'absent'))).code, 2);
  });
});

test('lint accepts the rendered file and refuses a version that a platform changed', async (t) => {
  await withFolder(async (folder) => {
    const { appCompose, policy } = rendered();
    const [file, policyFile] = [join(folder, 'app.json'), join(folder, 'policy.json')];
    await writeFile(policyFile, JSON.stringify(policy));
    const lint = async (text: string) => {
      await writeFile(file, text);
      return run('lint', file, '--policy', policyFile);
    };
    t.is((await lint(appCompose)).code, 0);
    const members = JSON.parse(appCompose) as Record<string, unknown>;
    const withScript = await lint(JSON.stringify({ ...members, pre_launch_script: 'echo\n' }));
    t.is(withScript.code, 1);
    t.regex(withScript.err, /app-compose-pre-launch-script/);
    const spaced = await lint(JSON.stringify(members, null, 1));
    t.is(spaced.code, 1);
    t.regex(spaced.err, /not in the policy/);
  });
});

test('usage, files and refusals have separate exit codes', async (t) => {
  t.is((await run('--help')).code, 0);
  t.regex((await run('--help')).out, /--first-start/);
  for (const args of [
    [],
    ['deploy'],
    ['render'],
    ['render', 'x', '--operator', 'a', '--out', 'b'],
    ['render', '--operator', 'a', '--out', 'b', '--pccs', 'http://x'],
    ['lint', '--policy', 'x'],
    ['render', '--operator', 'a', '--out', 'b', '--platform', 'other'],
    ['plan', 'x'],
    ['plan', 'x', 'y', '--policy', 'z'],
    ['check', 'file.json', '--dir', 'x'],
    ['check', 'https://x.example'],
    ['check', 'https://x.example', '--dir', 'x', '--first-start'],
    ['render', '--unknown'],
  ]) {
    t.is((await run(...args)).code, 64, args.join(' '));
  }
  t.is((await run('render', '--operator', '/nowhere', '--out', '/tmp/x')).code, 2);
  const example = new URL('src/deployment/operator.example.json', ROOT).pathname;
  t.is((await run('render', '--operator', example, '--out', '/nowhere/x')).code, 1);
});

test('a file for a shared database has no volume, and only its policy allows the address from outside', (t) => {
  const { compose, appCompose, policy } = rendered({}, {}, false, 'dstack-vmm', 'postgres');
  t.regex(compose, /^ {6}DATA_DIR: ""\n {6}DATABASE_URL: \$\{DATABASE_URL\}$/m);
  t.notRegex(compose, /state:|\/data/);
  const phala = rendered({}, {}, false, 'phala-cloud', 'postgres').commands;
  t.regex(phala, /-e DATABASE_URL="\$DATABASE_URL"/);
  t.deepEqual(policy.application.allowedEnvs, ['TINYCLOUD_BOOTSTRAP_ON_SIGN', 'DATABASE_URL']);
  t.deepEqual(policy.statement.config['DATA_DIR'], [null]);
  t.false('DATABASE_URL' in policy.statement.config);
  const { application } = rendered().policy;
  const rules = lintAppCompose(Buffer.from(appCompose), application).map(({ rule }) => rule);
  t.true(rules.includes('allowed-envs-policy'), rules.join());
});

test('a store that does not exist is wrong usage', async (t) => {
  const { code } = await run('render', '--operator', 'x', '--out', 'y', '--store', 'x');
  t.is(code, 64);
});
