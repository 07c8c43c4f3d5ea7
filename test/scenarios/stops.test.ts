/** Tests that a stop does not wait for a node, and that the next start resumes incomplete work. */
import { test } from '../test.js';
import { testOfOneProcess } from './one-process.js';
import { Wallet } from 'ethers';
import { randomBytes } from 'node:crypto';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { ServiceClient } from '../../src/program-client/service-client.js';
import { startServiceProcess } from '../../scripts/local/service-process.js';
import { until } from '../until.js';
import { ALL_KINDS, delegationsOf, planRequestOf } from './requests.js';
import { createWorld, type World } from './world.js';

/**
 * Creates a world without a running service: its directory, node and enclave are for a separate
 * process.
 */
async function idleWorld(): Promise<World> {
  const world = await createWorld();
  await world.stop();
  return world;
}

test('a service with nothing to do stops with exit code 0', async (t) => {
  const world = await idleWorld();
  t.teardown(() => world.close());
  const service = await startServiceProcess(world.env());
  t.is(await service.stop(), 0);
});

test('a stop leaves a hanging run durable, and the next start resumes it', async (t) => {
  const world = await idleWorld();
  t.teardown(() => world.close());
  world.node.setFaults('/encryption/networks=hang');
  const environment = { ...world.env(), TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '500' };
  const service = await startServiceProcess(environment);
  const wallet = new Wallet(`0x${randomBytes(32).toString('hex')}`);
  const client = new ServiceClient(service.url);
  const key = await client.signIn(wallet);
  const { siwe } = composeAppSignIn(key.address, 'app.example', Date.now());
  const signing = client.sign(key.id, siwe);
  await until('the run hangs', () =>
    world.node.requests.some((record) => planRequestOf(record) === 'network'),
  );
  // The node hangs until after the stop, so the service must not wait for it.
  t.is(await service.stop(), 0);
  // The pending response was sent.
  t.is((await signing).tinycloudBootstrap.status, 'pending');

  world.node.setFaults('');
  const again = await startServiceProcess(world.env());
  const other = new ServiceClient(again.url);
  await other.signIn(wallet);
  await until('the account is complete', async () => {
    return (await other.bootstrap(key.id)).status === 'complete';
  });
  const delegations = delegationsOf(world.node, key.address);
  t.deepEqual([...delegations.keys()].toSorted(), ALL_KINDS);
  t.true([...delegations.values()].every((cids) => cids.size === 1));
  t.is(await again.stop(), 0);
});

testOfOneProcess(
  'It stops the service in the middle of a request.',
  'a stop waits briefly for a run that is almost complete',
  async (t) => {
    const world = await createWorld({ node: { latencyMs: 80 } });
    t.teardown(() => world.close());
    const person = await world.person();
    const signing = world.sign(person);
    await until('the run is half way', () =>
      world.node.requests.some((record) => planRequestOf(record)?.startsWith('host:')),
    );
    await world.stop();
    t.like((await signing).body['tinycloudBootstrap'], { status: 'complete' });
  },
);
