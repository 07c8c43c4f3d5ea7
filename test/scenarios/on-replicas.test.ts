/**
 * Runs scenarios of one service again with two replicas behind a balancer, where each request goes to
 * another replica than the one before. CI runs one of them; `npm run test:full` runs all.
 *
 * A scenario can be listed if it asks the service only over HTTP. Those that look into the directory
 * of the JSON store, or that count what one process reads, cannot.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { testWithPostgres } from '../adapters/postgres-server.js';
import { sampleOf } from '../sample.js';

const SCENARIOS = ['apps', 'delegate-sign', 'review-digest', 'reviews', 'second-thoughts'];

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

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
