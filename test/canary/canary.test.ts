/** The canary finds a whole account, and everything that a person would miss. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  canaryMetrics,
  describeCanary,
  writeTextfile,
} from '../../scripts/canary/canary-report.js';
import { freePort } from '../../scripts/local/free-port.js';
import { type CanaryReport, runCanary } from '../../scripts/canary/run-canary.js';
import { startNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { createWorld, type World } from '../scenarios/world.js';
import { test } from '../test.js';
import { until } from '../until.js';

const COMMAND = new URL('../../scripts/canary.js', import.meta.url).pathname;

let shared: World | undefined;

test.before('one deployment for all runs', async () => {
  shared = await createWorld();
});

test.after.always('the deployment ends', () => shared?.close());

function world(): World {
  if (shared === undefined) throw new Error('There is no deployment.');
  return shared;
}

const run = (plan: Partial<Parameters<typeof runCanary>[0]> = {}): Promise<CanaryReport> =>
  runCanary({ service: world().url, node: world().node.url, waitMs: 60_000, ...plan });

test('a live service is found good, step by step, and its session is ended', async (t) => {
  const report = await run();
  t.true(report.isWhole, JSON.stringify(report));
  t.deepEqual(Object.keys(report.seconds), ['ready', 'sign-in', 'sign', 'set-up', 'proof']);
  t.regex(describeCanary(report), /^whole: 0x/m);
  const signedOut = world().logs.filter((line) => line.includes('/api/auth/sign-out'));
  t.is(signedOut.length, 1);
});

test('an account of which the node lost a part fails at the proof', async (t) => {
  const { node } = world();
  const beforeProof = (address: string): void =>
    node.inspect.deleteKv(`tinycloud:pkh:eip155:1:${address}:account`, 'system/bootstrap/complete');
  const report = await run({ beforeProof });
  t.false(report.isWhole);
  t.like(report.failed, { step: 'proof' });
  t.regex(report.failed?.reason ?? '', /completion marker: MISSING/);
});

test('a set-up that does not complete in time, or that the node refuses, fails', async (t) => {
  const { node } = world();
  t.teardown(() => node.setFaults(''));
  node.setFaults('/invoke=status-500');
  t.like((await run({ waitMs: 1 })).failed, { step: 'set-up' });
  node.setFaults('/delegate=status-400');
  t.like((await run()).failed, { step: 'set-up' });
});

test('another node than the one of the service fails at the proof', async (t) => {
  const other = await startNode();
  t.teardown(() => other.close());
  t.like((await run({ node: other.url })).failed, { step: 'proof' });
  const node = `http://127.0.0.1:${await freePort()}`;
  const reason = `${node} gave no answer to /delegate: nothing listens there`;
  t.deepEqual((await run({ node })).failed, { step: 'proof', reason });
});

test('a service that is down or not ready fails at the first step, with the part', async (t) => {
  const service = `http://127.0.0.1:${await freePort()}`;
  const reason = 'fetch failed: nothing listens there';
  t.deepEqual((await run({ service })).failed, { step: 'ready', reason });
  world().agent.setFault('error');
  t.teardown(() => world().agent.setFault());
  const { failed } = await until503();
  t.like(failed, { step: 'ready', reason: '/readyz: 503 enclave (wrong-answer)' });
});

test('the command exits with 1 for a service that is down, and says so in both forms', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'canary-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const textfile = join(folder, 'sealwright.prom');
  const down = 'http://127.0.0.1:9';
  const args = [COMMAND, down, '--node', down, '--json', '--textfile', textfile];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  t.is(status, 1);
  t.like(JSON.parse(stdout), { isWhole: false, failed: { step: 'ready' } });
  t.regex(await readFile(textfile, 'utf8'), /^sealwright_canary_success 0$/m);
});

/** The service looks at its parts again after a second. */
async function until503(): Promise<CanaryReport> {
  const reports: CanaryReport[] = [];
  await until('the service is not ready', async () => {
    const report = await run({ waitMs: 1 });
    reports.push(report);
    return report.failed?.step === 'ready';
  });
  const last = reports.at(-1);
  if (last === undefined) throw new Error('There is no report.');
  return last;
}

test('the file for Prometheus says when and where a run failed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'canary-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'sealwright.prom');
  const report: CanaryReport = {
    service: 'https://s.example',
    node: 'https://n.example',
    isWhole: false,
    finishedAt: '2026-03-01T12:00:00.000Z',
    seconds: { ready: 0.25 },
    failed: { step: 'sign-in', reason: 'x' },
  };
  await writeTextfile(path, await canaryMetrics(report));
  const lines = (await readFile(path, 'utf8')).split('\n');
  for (const line of [
    'sealwright_canary_success 0',
    'sealwright_canary_finished_seconds 1772366400',
    'sealwright_canary_step_seconds{step="ready"} 0.25',
    'sealwright_canary_step_failed{step="sign-in"} 1',
    'sealwright_canary_step_failed{step="sign"} 0',
  ]) {
    t.true(lines.includes(line), line);
  }
});
