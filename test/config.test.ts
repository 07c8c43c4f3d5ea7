/** The configuration: what is refused, and how it says so. */
import { describeConfig, parseConfig } from '../src/config.js';
import { ServiceError } from '../src/errors.js';
import { test } from './test.js';

const PRODUCTION = {
  PUBLIC_ORIGIN: 'https://sealwright.example',
  DATA_DIR: '/data',
  TINYCLOUD_NODE_DID: 'did:key:z6MkpGY8zisL5GgtPSk6654c3S4318u269ypTkkktF78NUe4',
  KMS_ROOT_PUBLIC_KEY: `02${'ab'.repeat(32)}`,
};
const DEVELOPMENT = { SEALWRIGHT_MODE: 'development', DATA_DIR: '/data' };

function problemsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return error.detail['problems'] as readonly string[];
  }
}

test('the two environments of this test have no problem', (t) => {
  t.deepEqual(problemsOf(PRODUCTION), []);
  t.deepEqual(problemsOf(DEVELOPMENT), []);
});

test('the state is in a directory or in a database, never in both or in none', (t) => {
  const { DATA_DIR: _directory, ...nowhere } = PRODUCTION;
  t.deepEqual(problemsOf(nowhere), ['DATA_DIR: must be set, or DATABASE_URL']);
  t.deepEqual(problemsOf({ ...nowhere, DATABASE_URL: 'postgres://x@127.0.0.1/x' }), []);
  t.deepEqual(problemsOf({ ...PRODUCTION, DATABASE_URL: 'postgres://x@127.0.0.1/x' }), [
    'DATABASE_URL: must not be set together with DATA_DIR',
  ]);
});

test('the node that judges contract wallets is asked over https only, and is attested', (t) => {
  t.deepEqual(problemsOf({ ...PRODUCTION, ETHEREUM_RPC: '' }), []);
  t.deepEqual(problemsOf({ ...PRODUCTION, ETHEREUM_RPC: 'http://rpc.example' }), [
    'ETHEREUM_RPC: must be https in production',
  ]);
  const config = parseConfig({ ...PRODUCTION, ETHEREUM_RPC: 'https://rpc.example' });
  t.is(describeConfig(config)['ETHEREUM_RPC'], 'https://rpc.example');
});

test('the address of the database, which contains a password, is not attested', (t) => {
  const { DATA_DIR: _directory, ...nowhere } = PRODUCTION;
  const config = parseConfig({ ...nowhere, DATABASE_URL: 'postgres://x:word@127.0.0.1/x' });
  t.false(JSON.stringify(describeConfig(config)).includes('DATABASE_URL'));
  t.is(describeConfig(config)['DATA_DIR'], null);
});

const NO_APP = [
  'https://*',
  'https://*.example',
  'https://a;script-src-elem',
  "https://'unsafe-inline'",
  'https://a.example,http://plain.example',
  'https://-a.example',
  'https://a..example',
  'https://a_b.example',
  'http://plain.example',
  'https://a.example/path',
  'ftp://a.example',
  'null',
];

for (const origins of NO_APP) {
  test(`APP_ORIGINS=${origins} is refused in production, and the entry is named`, (t) => {
    const problems = problemsOf({ ...PRODUCTION, APP_ORIGINS: origins });
    t.true(
      problems.some((problem) => problem.startsWith('APP_ORIGINS')),
      problems.join(),
    );
  });
}

test('apps on https, and in development or on loopback on plain http, are accepted', (t) => {
  const apps = 'https://app.example,https://a.b-c.example:8443,https://xn--bcher-kva.example';
  t.deepEqual(problemsOf({ ...PRODUCTION, APP_ORIGINS: apps }), []);
  t.deepEqual(problemsOf({ ...PRODUCTION, APP_ORIGINS: 'http://localhost:5173' }), []);
  t.deepEqual(problemsOf({ ...DEVELOPMENT, APP_ORIGINS: 'http://app.test:5173' }), []);
  t.deepEqual(problemsOf({ ...DEVELOPMENT, APP_ORIGINS: 'http://[::1]:5173' }), []);
});

test('problems of single settings and of the mode are reported together, each once', (t) => {
  const apps = Array.from({ length: 12 }, (_each, index) => `https://app${index}.example`);
  const problems = problemsOf({
    ...PRODUCTION,
    PORT: 'x',
    APP_ORIGINS: apps.with(4, 'https://a.example/path').join(','),
    PUBLIC_ORIGIN: 'http://plain.example',
    KMS_ROOT_PUBLIC_KEY: 'zz',
    TINYCLOUD_NODE_DID: '',
    TINYCLOUD_CHAIN_IDS: '1,x',
  });
  const starts = [
    'APP_ORIGINS: entry 5 ',
    'KMS_ROOT_PUBLIC_KEY: must be a compressed',
    'PORT: ',
    'PUBLIC_ORIGIN: must be https',
    'TINYCLOUD_CHAIN_IDS: entry 2 ',
    'TINYCLOUD_NODE_DID: must be set',
  ];
  const sorted = problems.toSorted();
  t.is(problems.length, starts.length, problems.join('\n'));
  for (const [index, start] of starts.entries()) t.true(sorted[index]?.startsWith(start), start);
});

test('where the mode itself is malformed, nothing is said of what it requires', (t) => {
  const problems = problemsOf({ SEALWRIGHT_MODE: 'prod', DATA_DIR: '/data', PUBLIC_ORIGIN: 'x' });
  t.deepEqual(problems.map((each) => each.split(':')[0] ?? '').toSorted(), [
    'PUBLIC_ORIGIN',
    'SEALWRIGHT_MODE',
  ]);
});

test('in development, a problem of one setting does not hide that of another', (t) => {
  const problems = problemsOf({ ...DEVELOPMENT, LOG_LEVEL: 'loud', HOST: '0.0.0.0' });
  t.deepEqual(problems.map((each) => each.split(':')[0] ?? '').toSorted(), ['HOST', 'LOG_LEVEL']);
});
