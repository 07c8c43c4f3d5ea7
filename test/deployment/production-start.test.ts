/**
 * Tests that in production the service starts only with what was measured, on a machine whose agent
 * is a Unix socket.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { sharedServer, testWithPostgres } from '../adapters/postgres-server.js';
import { test } from '../test.js';
import { SECRET_SETTINGS, SETTING_NAMES } from '../../src/config.js';
import type { ServiceError } from '../../src/errors.js';
import { deriveAppKeys, DEVELOPMENT_SEED } from '../../scripts/stand-ins/guest-agent/app-keys.js';
import { createPlace, rehearse, rehearseFirst } from './rehearsal.js';
import { rendered } from './rendered.js';

const first = (settings: Readonly<Record<string, string>>) => rendered(settings, {}, true);
const rehearsalOf = (t: ExecutionContext) => rehearseFirst(first, (work) => t.teardown(work));

async function problemsOf(t: ExecutionContext, start: Promise<unknown>): Promise<string[]> {
  const error = await t.throwsAsync<ServiceError>(start, { code: 'ERR_DEPLOYMENT_UNSAFE' });
  return [error?.detail['problems']].flat().map(String);
}

test('the service starts with the literals of the measured file and attests them', async (t) => {
  const { start, deployment } = await rehearsalOf(t);
  const service = await start();
  try {
    const answer = await fetch(`${service.url}/attestation`);
    const document = (await answer.json()) as Record<string, string>;
    t.is(document['mode'], 'tdx');
    t.is(document['app_compose'], deployment.appCompose);
    t.is(document['compose_hash'], deployment.identity.composeHash);
    t.is((await fetch(`${service.url}/readyz`)).status, 200);
  } finally {
    await service.close();
  }
});

/** A different valid value of each setting. */
const FORGED: Readonly<Record<string, string>> = {
  PORT: '0',
  HOST: 'localhost',
  PUBLIC_ORIGIN: 'https://other.example',
  APP_ORIGINS: 'https://evil.example',
  DATA_DIR: '/tmp',
  STATE_INIT: '0',
  STATE_RESTORED: '1',
  SEALWRIGHT_MODE: 'development',
  TINYCLOUD_BOOTSTRAP_HOST: 'https://evil.example',
  TINYCLOUD_NODE_DID: 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp',
  TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0',
  TINYCLOUD_BOOTSTRAP_NODE_BUDGET: '500',
  TINYCLOUD_CHAIN_IDS: '1,10',
  KMS_ROOT_PUBLIC_KEY: `02${'5e'.repeat(32)}`,
  PCCS_URL: 'https://evil.example',
  DELEGATE_SIGN_DOMAINS: 'evil.example',
  TRUSTED_PROXY_HOPS: '1',
  CLIENT_ADDRESSES: 'shared',
  PROXY_PROTOCOL: 'v2',
  ETHEREUM_RPC: 'https://evil.example',
  TLS_MODE: 'files',
  ACME_DIRECTORY: 'https://evil.example/directory',
  ACME_CONTACT: 'mailto:nobody@evil.example',
  TLS_CERTIFICATE_FILE: '/data/other.pem',
  TLS_KEY_FILE: '/data/other.key',
  RATE_LIMITS: 'sign=100000/1',
  METRICS_PORT: '9464',
  LOG_LEVEL: 'debug',
  SECURITY_CONTACT: 'mailto:nobody@evil.example',
  SIGNER: 'ethers',
  KEY_EXPORT: 'off',
};

test('every setting except the kill switch, what only development allows and secrets has a forgery here', (t) => {
  const others = new Set([
    'TINYCLOUD_BOOTSTRAP_ON_SIGN',
    'DSTACK_SIMULATOR_ENDPOINT',
    'ACME_CA_FILE',
    ...SECRET_SETTINGS,
  ]);
  t.deepEqual(
    Object.keys(FORGED).toSorted(),
    SETTING_NAMES.filter((name) => !others.has(name)).toSorted(),
  );
});

/** Literals with which each forgery is a valid configuration. */
const SOCKET_AND_FILES = {
  CLIENT_ADDRESSES: 'socket',
  TLS_CERTIFICATE_FILE: '/data/certificate.pem',
  TLS_KEY_FILE: '/data/key.pem',
};

test('any value that was not measured is refused, and only its setting is named', async (t) => {
  const { start } = await rehearseFirst(
    (settings) => first({ ...settings, ...SOCKET_AND_FILES }),
    (work) => t.teardown(work),
  );
  for (const [name, value] of Object.entries(FORGED)) {
    const problems = await problemsOf(t, start({ [name]: value }));
    t.is(problems.length, 1, name);
    t.regex(problems[0] ?? '', new RegExp(`^${name}: `));
  }
});

test('a removed value is refused, and several are named at once', async (t) => {
  const { start } = await rehearsalOf(t);
  const problems = await problemsOf(
    t,
    start({ LOG_LEVEL: '', SIGNER: 'ethers', APP_ORIGINS: 'https://evil.example' }),
  );
  // The default equals the literal, so there is no difference.
  t.deepEqual(problems.map((problem) => problem.split(':')[0] ?? '').toSorted(), [
    'APP_ORIGINS',
    'SIGNER',
  ]);
});

test('a simulator is refused before it receives a request', async (t) => {
  const { start, agent } = await rehearsalOf(t);
  t.throws(() => void start({ DSTACK_SIMULATOR_ENDPOINT: agent.endpoint }), { code: 'ERR_CONFIG' });
});

test('a database cannot replace a measured directory', async (t) => {
  const { start } = await rehearsalOf(t);
  t.throws(() => void start({ DATABASE_URL: 'postgres://x@127.0.0.1/x' }), { code: 'ERR_CONFIG' });
});

test('the kill switch may be off or on from outside and nothing else', async (t) => {
  const { start } = await rehearsalOf(t);
  for (const value of ['off', 'on']) {
    const service = await start({}, { TINYCLOUD_BOOTSTRAP_ON_SIGN: value });
    await service.close();
  }
  t.throws(() => void start({}, { TINYCLOUD_BOOTSTRAP_ON_SIGN: 'no' }), { code: 'ERR_CONFIG' });
});

/** Rehearses a deployment whose app-compose file was changed manually after it was rendered. */
async function rehearseChanged(t: ExecutionContext, from: string, to: string) {
  return rehearseFirst(
    (settings) => {
      const deployment = first(settings);
      if (deployment.appCompose.split(from).length !== 2) throw new TypeError(`not once: ${from}`);
      return { ...deployment, appCompose: deployment.appCompose.replace(from, () => to) };
    },
    (work) => t.teardown(work),
  );
}

const SWITCH = '${TINYCLOUD_BOOTSTRAP_ON_SIGN:-on}';

test('the kill switch cannot be turned on from outside if the measured file turns it off', async (t) => {
  const { start } = await rehearseChanged(t, SWITCH, '\\"off\\"');
  const problems = await problemsOf(t, start({ TINYCLOUD_BOOTSTRAP_ON_SIGN: 'on' }));
  t.regex(problems.join(), /^TINYCLOUD_BOOTSTRAP_ON_SIGN: /);
  await (await start()).close();
});

for (const member of ['public_logs', 'public_sysinfo']) {
  test(`${member} would open the machine and is refused`, async (t) => {
    for (const to of [`"${member}":true`, `"${member}x":false`]) {
      const { start } = await rehearseChanged(t, `"${member}":false`, to);
      t.deepEqual(await problemsOf(t, start()), [`${member}: must be false`]);
    }
  });
}

test('a setting from outside is refused, whatever its value is', async (t) => {
  const { start } = await rehearseChanged(t, 'LOG_LEVEL: \\"info\\"', 'LOG_LEVEL: ${LOG_LEVEL}');
  t.regex((await problemsOf(t, start({ LOG_LEVEL: 'info' }))).join(), /^LOG_LEVEL: /);
});

test('a key of another KMS is refused', async (t) => {
  const { start } = await rehearseFirst(
    (settings) => rendered({ ...settings, KMS_ROOT_PUBLIC_KEY: `02${'5e'.repeat(32)}` }, {}, true),
    (work) => t.teardown(work),
  );
  await t.throwsAsync(start(), { code: 'ERR_ENCLAVE_CUSTODY' });
});

test('an upgrade under the same application id keeps keys and volume, and a lost volume is refused', async (t) => {
  const place = await createPlace();
  t.teardown(() => place.remove());
  const firstFile = first(place.settings);
  const { appId } = firstFile.identity;
  const before = await rehearse(place, firstFile.appCompose);
  const fingerprints: string[] = [];
  const startOnce = async ({ start }: typeof before) => {
    const service = await start();
    const document = (await (await fetch(`${service.url}/attestation`)).json()) as {
      key_custody: { public_key: string };
    };
    fingerprints.push(document.key_custody.public_key);
    await service.close();
  };
  await startOnce(before);
  await before.close();

  const second = rendered(place.settings, { appId });
  t.not(second.identity.composeHash, firstFile.identity.composeHash);
  const appKeys = deriveAppKeys(DEVELOPMENT_SEED, new Uint8Array(Buffer.from(appId, 'hex')));
  const after = await rehearse(place, second.appCompose, { appKeys });
  t.teardown(() => after.close());
  await startOnce(after);
  t.is(fingerprints[0], fingerprints[1]);

  await rm(join(place.folder, 'store'), { recursive: true });
  await t.throwsAsync(after.start(), { code: 'ERR_STATE_MARKER_MISSING' });
});

test('the same file under another application id has another key, and the volume is refused', async (t) => {
  const place = await createPlace();
  t.teardown(() => place.remove());
  const before = await rehearse(place, first(place.settings).appCompose);
  await (await before.start()).close();
  await before.close();
  const after = await rehearse(place, rendered(place.settings).appCompose);
  t.teardown(() => after.close());
  await t.throwsAsync(after.start(), { code: 'ERR_STATE_MARKER_MISMATCH' });
});

testWithPostgres(
  'a file for a shared database starts with the address from outside, and its statement says so',
  async (t) => {
    const url = await (await sharedServer()).createDatabase();
    const { start } = await rehearseFirst(
      ({ DATA_DIR: _directory, ...settings }) =>
        rendered(settings, {}, true, 'dstack-vmm', 'postgres'),
      (work) => t.teardown(work),
    );
    const service = await start({}, { DATABASE_URL: url });
    t.teardown(() => service.close());
    const answer = await fetch(`${service.url}/attestation`);
    const { statement } = (await answer.json()) as { readonly statement: string };
    t.like(JSON.parse(statement), { state: { kind: 'postgres' }, config: { DATA_DIR: null } });
    t.false(statement.includes('DATABASE_URL'));
  },
);
