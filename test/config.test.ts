/** The configuration: what is refused, and how it says so. */
import { parseConfig } from '../src/config.js';
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
