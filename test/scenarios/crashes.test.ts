/**
 * Tests `kill -9` around every request of the plan: before it reaches the node, and after it took
 * effect but before its response was recorded. The next start completes the run with the same
 * delegations.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Wallet } from 'ethers';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { ServiceClient } from '../../src/program-client/service-client.js';
import { startServiceProcess, type ServiceProcess } from '../../scripts/local/service-process.js';
import { startGuestAgent } from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';
import { startNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { IS_FULL, sampleOf } from '../sample.js';
import { until } from '../until.js';
import { ALL_KINDS, delegationsOf, PLAN_REQUESTS, planRequestOf } from './requests.js';

type Phase = 'before' | 'after';

const untilComplete = (client: ServiceClient, keyId: string): Promise<boolean> =>
  until(
    'the account is complete',
    async () => (await client.bootstrap(keyId)).status === 'complete',
    120_000,
  );

async function crashAround(
  t: ExecutionContext,
  request: (typeof PLAN_REQUESTS)[number],
  phase: Phase,
): Promise<void> {
  const label = `${request}, ${phase}`;
  const node = await startNode();
  const agent = await startGuestAgent({ port: 0 });
  const dataDir = await mkdtemp(join(tmpdir(), 'crash-'));
  const start = (): Promise<ServiceProcess> =>
    startServiceProcess({
      SEALWRIGHT_MODE: 'development',
      DSTACK_SIMULATOR_ENDPOINT: agent.endpoint,
      TINYCLOUD_BOOTSTRAP_HOST: node.url,
      DATA_DIR: dataDir,
      STATE_INIT: '1',
      PORT: '0',
      PUBLIC_ORIGIN: 'http://localhost:3001',
    });
  let service = await start();
  try {
    const wallet = new Wallet(`0x${randomBytes(32).toString('hex')}`);
    const client = new ServiceClient(service.url);
    const key = await client.signIn(wallet);
    const killed = new Promise<void>((resolve) => {
      node.onRequest(async (at, record) => {
        if (at !== phase || planRequestOf(record) !== request) return;
        node.onRequest(undefined);
        await service.kill();
        resolve();
        // The node has not received the request, so it must not take effect.
        if (phase === 'before') throw new Error('lost on the way');
      });
    });
    const { siwe } = composeAppSignIn(key.address, 'app.example', Date.now());
    await client.sign(key.id, siwe).catch(() => undefined);
    await killed;
    service = await start();
    const again = new ServiceClient(service.url);
    await again.signIn(wallet);
    await t.notThrowsAsync(untilComplete(again, key.id), label);
    const delegations = delegationsOf(node, key.address);
    t.deepEqual([...delegations.keys()].toSorted(), ALL_KINDS, label);
    for (const [kind, cids] of delegations) t.is(cids.size, 1, `${label}: ${kind}`);
    const account = `tinycloud:pkh:eip155:1:${key.address}:account`;
    t.is(node.inspect.kv(account).size, 7, label);
  } finally {
    await service.kill();
    await node.close();
    await agent.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

// The identity of the node is requested before the first run, so a crash around it is a failed
// start.
const CRASHED = PLAN_REQUESTS.filter((id) => id !== 'info');

/**
 * A delegation and a record. CI crashes once around each of these, in both phases in turn;
 * `npm run test:full` crashes in both phases around every request.
 */
const OF_EACH_KIND = ['host:public', 'records'];
const PHASES: readonly Phase[] = ['before', 'after'];

for (const request of CRASHED.filter((id) => IS_FULL || OF_EACH_KIND.includes(id))) {
  for (const phase of sampleOf(PHASES, 1, OF_EACH_KIND.indexOf(request))) {
    test(`a kill ${phase} ${request} loses nothing`, (t) => crashAround(t, request, phase));
  }
}
