/**
 * Runs scenarios of one service again with two replicas behind a balancer, where each request goes
 * to another replica than the one before. CI runs one of them; `npm run test:full` runs all.
 *
 * Single tests of a listed file that make no sense there say so themselves (one-process.ts).
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { testWithPostgres } from '../adapters/postgres-server.js';
import { sampleOf } from '../sample.js';
import { test } from '../test.js';

const SCENARIOS = [
  'apps',
  'account-deletion',
  'audit',
  'authorization',
  'bad-input',
  'caps',
  'concurrency',
  'contract-wallets',
  'delegate-sign',
  'durable-promises',
  'enclave-failures',
  'existing-account',
  'faults',
  'fresh-account',
  'gates',
  'hostile-node',
  'key-export',
  'no-secrets',
  'node-away',
  'node-clock',
  'node-places',
  'read-back',
  'recovery',
  'review-digest',
  'reviews',
  'route-access',
  'second-thoughts',
  'session-ends',
  'sessions',
  'simulator',
  'stops',
  'wallet-sign-in',
  'wide-requests',
];

/** The files that cannot run with two replicas, and why. */
const OF_ONE_WORLD: Readonly<Record<string, string>> = {
  attestation: 'Each replica has quotes and the document of its start.',
  crashes: 'It kills a process and starts the next one on its directory.',
  'database-failures': 'It has replicas and a database server of its own.',
  descriptors: 'It is about the descriptors of one process.',
  'disk-failures': 'It is about the disk of a directory.',
  limits: 'Each replica counts addresses by itself. The shared limits are in replicas.test.ts.',
  'node-places-full': 'It has a service of its own, and takes twelve minutes.',
  'on-replicas': 'It is this file.',
  'replica-endings': 'It has replicas of its own.',
  'replica-storm': 'It has replicas of its own.',
  replicas: 'It has replicas of its own.',
  restores: 'It is about volumes.',
  'start-refusals': 'It is about one process and its directory.',
};

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

test('each file of scenarios runs with two replicas, or says why it cannot', (t) => {
  const names = readdirSync(new URL('./', import.meta.url)).flatMap(
    (file) => /^(.*)\.test\.js$/.exec(file)?.[1] ?? [],
  );
  t.deepEqual(names.toSorted(), [...SCENARIOS, ...Object.keys(OF_ONE_WORLD)].toSorted());
});

/** Runs a test file with two replicas, and returns its report if it fails. */
function failureOf(file: string): Promise<string | undefined> {
  const options = { cwd: ROOT, env: { ...process.env, TEST_REPLICAS: '2' } };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['node_modules/ava/entrypoints/cli.mjs', file],
      options,
      (error, stdout, stderr) => resolve(error === null ? undefined : `${stdout}${stderr}`),
    );
  });
}

for (const name of sampleOf(SCENARIOS, 1, 0)) {
  testWithPostgres(`the scenarios of ${name} hold with two replicas`, async (t) => {
    t.is(await failureOf(`dist/test/scenarios/${name}.test.js`), undefined);
  });
}
