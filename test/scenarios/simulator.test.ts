/**
 * Tests the official simulator instead of a machine: the service runs in development, and its
 * evidence is refused.
 */
import { readFileSync } from 'node:fs';
import { test } from '../test.js';
import { parseAppKeys } from '../../scripts/stand-ins/guest-agent/app-keys.js';
import type { GuestAgentOptions } from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';
import { startServiceProcess } from '../../scripts/local/service-process.js';
import { audit, NONCE, PRODUCTION_POLICY, statusOf } from '../attestation/audit.js';
import { createWorld, outcomeOf } from './world.js';

const vectors = new URL('../../../test/vectors/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, vectors), 'utf8');
const FOLDER = 'attestation/dstack-simulator-kms';
const agent: GuestAgentOptions = {
  appKeys: parseAppKeys(read('dstack/app-keys.json')),
  simulator: { info: read(`${FOLDER}/info.json`), quote: read(`${FOLDER}/quote.json`) },
};
const collateral: unknown = JSON.parse(read(`${FOLDER}/collateral.json`));
const AT_MS = 1_786_622_400_000;

test('on the official simulator the service provisions in development, and its document states simulated', async (t) => {
  const world = await createWorld({ agent });
  t.teardown(() => world.close());
  const person = await world.person();
  t.like(outcomeOf(await world.sign(person)), { status: 'complete' });
  const { status, body } = await world.call('GET', `/attestation?nonce=${NONCE}`);
  t.is(status, 200);
  t.is(body['mode'], 'simulated');
});

test('the verifier names the reasons to refuse a document of the official simulator', async (t) => {
  const world = await createWorld({ agent });
  t.teardown(() => world.close());
  const { body } = await world.call('GET', `/attestation?nonce=${NONCE}`);
  for (const mode of ['simulated', 'tdx']) {
    for (const allowTestRoot of [false, true]) {
      const report = audit(JSON.stringify({ ...body, mode }), {
        nonce: NONCE,
        policy: PRODUCTION_POLICY,
        atMs: AT_MS,
        collateral,
        allowTestRoot,
      });
      t.is(report.verdict, 'rejected');
      t.is(report.hardware, 'unverified');
      // Its report data were patched in, and its compose file is not the one in the log.
      for (const id of ['quote.signature', 'compose.hash', 'document.consistent']) {
        t.is(statusOf(report, id), 'fail', id);
      }
      t.is(statusOf(report, 'statement.report-data'), 'pass');
      t.is(statusOf(report, 'log.rtmr3'), 'pass');
    }
  }
});

test('production refuses to start on a simulator', async (t) => {
  const world = await createWorld({ agent });
  t.teardown(() => world.close());
  await world.stop();
  await t.throwsAsync(startServiceProcess({ ...world.env(), SEALWRIGHT_MODE: 'production' }), {
    message: /DSTACK_SIMULATOR_ENDPOINT/,
  });
});
