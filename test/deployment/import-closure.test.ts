/** Tests that package.json and the image contain exactly what the service needs to run. */
import { readFileSync } from 'node:fs';
import { IMAGE_PROGRAMS, imageFiles, imagePackages } from '../../src/deployment/image-files.js';
import { importClosureOf } from '../../src/deployment/import-closure.js';
import { test } from '../test.js';

const ROOT = new URL('../../../', import.meta.url);

type Manifest = { readonly dependencies?: Readonly<Record<string, string>> };

const dependenciesOf = (path: string): readonly string[] => {
  const { dependencies = {} } = JSON.parse(readFileSync(new URL(path, ROOT), 'utf8')) as Manifest;
  return Object.keys(dependencies).toSorted();
};

test('the service depends on exactly the packages that it imports', (t) => {
  t.deepEqual(dependenciesOf('package.json'), importClosureOf(ROOT, IMAGE_PROGRAMS).packages);
});

test('the image contains no tool of operators, developers or auditors', (t) => {
  const files = imageFiles(ROOT);
  const areas = new Set(files.map((path) => path.split('/').slice(0, 3).join('/')));
  for (const foreign of [
    'dist/src/cli',
    'dist/src/deployment',
    'dist/src/account-check',
    'dist/src/program-client',
    'dist/attestation/command',
    'dist/attestation/governance',
    'dist/attestation/policy',
    'dist/scripts/stand-ins',
    'dist/test',
  ]) {
    t.false(areas.has(foreign), foreign);
  }
  t.deepEqual(
    files.filter((path) => path.startsWith('dist/scripts/')),
    ['dist/scripts/health-check.js'],
  );
  t.true(files.includes('dist/src/main.js'));
  t.true(files.includes('dist/browser/src/client/create-sealwright.js'));
  t.deepEqual(
    files.filter((path) => /\.(?:map|d\.ts|ts)$/.test(path)),
    [],
  );
});

test('the image contains no package that only the verifier, the client or tests need', (t) => {
  const packages = new Set(imagePackages(ROOT));
  const unwanted = ['@phala/dcap-qvl', 'viem', 'typescript', 'ava', 'esbuild', 'playwright-core'];
  for (const name of unwanted) t.false(packages.has(`node_modules/${name}/`), name);
  for (const name of ['koa', 'ethers', 'secp256k1', 'node-gyp-build', '@types/node']) {
    t.is(packages.has(`node_modules/${name}/`), !name.startsWith('@types'), name);
  }
});

test('a module that cannot be read fails the closure', (t) => {
  t.throws(() => importClosureOf(ROOT, ['dist/src/no-such-module.js']), { code: 'ENOENT' });
});
