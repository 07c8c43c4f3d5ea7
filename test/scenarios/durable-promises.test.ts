/**
 * Tests that every account that is reported as `pending` is completed, through a crowd, a kill and
 * a restart, without another signature.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { IS_FULL } from '../sample.js';
import { test } from '../test.js';
import { testOfOneProcess } from './one-process.js';
import { Wallet } from 'ethers';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { ServiceClient } from '../../src/program-client/service-client.js';
import { startServiceProcess } from '../../scripts/local/service-process.js';
import { until } from '../until.js';
import { signedInBrowser } from './wallet-browser.js';
import { ALL_KINDS, delegationsOf, isAbout } from './requests.js';
import {
  createWorld,
  NO_HURRY,
  outcomeOf,
  type Person,
  type World,
  type WorldOptions,
} from './world.js';

const ASYNC = { prefer: 'respond-async' };
const PENDING = { status: 'pending', state: 'executing' } as const;
const ONE_AT_A_TIME: WorldOptions = { tuning: { runsAtOnce: 1, runsWaiting: 2 } };

/** Holds every request of the node until the returned function is called. */
function holdNode({ node }: World): () => void {
  let release: (() => void) | undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  node.onRequest(() => released);
  return () => {
    node.onRequest(undefined);
    release?.();
  };
}

const people = async (world: World, count: number): Promise<readonly Person[]> =>
  Promise.all(Array.from({ length: count }, () => world.person()));

const signAsync = async (world: World, person: Person) =>
  outcomeOf(await world.sign(person, world.appSignIn(person), ASYNC));

/**
 * Creates a world in which people have signed and the node holds every request until `release` is
 * called: one run executes, two wait in memory, and all others in their records.
 */
async function waitingCrowd(t: ExecutionContext, count: number) {
  const world = await createWorld(ONE_AT_A_TIME);
  t.teardown(() => world.close());
  const release = holdNode(world);
  const crowd = await people(world, count);
  for (const person of crowd) await signAsync(world, person);
  return { world, crowd, release };
}

/** Checks for one delegation of each kind, so that nothing was signed twice. */
function isProvisionedOnce(t: ExecutionContext, world: World, { address }: Person): void {
  const delegations = delegationsOf(world.node, address);
  t.deepEqual([...delegations.keys()].toSorted(), ALL_KINDS);
  t.true([...delegations.values()].every((cids) => cids.size === 1));
}

const records = (world: World): Promise<readonly string[]> => world.storedIds('bootstrap-run');

test('accounts that were reported as pending are completed after a kill without another signature', async (t) => {
  const world = await createWorld();
  await world.stop();
  const release = holdNode(world);
  const environment = { ...world.env(), STATE_INIT: '1' };
  let service = await startServiceProcess(environment);
  t.teardown(async () => {
    release();
    await service.kill();
    await world.close();
  });
  const signed = await Promise.all(
    Array.from({ length: IS_FULL ? 20 : 4 }, async () => {
      const wallet = new Wallet(`0x${randomBytes(32).toString('hex')}`);
      const client = new ServiceClient(service.url);
      const key = await client.signIn(wallet);
      const { siwe } = composeAppSignIn(key.address, 'app.example', Date.now());
      const answer = await fetch(`${service.url}/api/keys/${key.id}/sign`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: client.authorization,
          ...ASYNC,
        },
        body: JSON.stringify({ message: siwe }),
      });
      const { tinycloudBootstrap } = (await answer.json()) as {
        tinycloudBootstrap: { status: string };
      };
      return { wallet, key, status: tinycloudBootstrap.status };
    }),
  );
  t.deepEqual([...new Set(signed.map(({ status }) => status))], ['pending']);
  await service.kill();
  release();
  service = await startServiceProcess(environment);
  for (const { wallet, key } of signed) {
    const client = new ServiceClient(service.url);
    await client.signIn(wallet);
    await until(`${key.id} is complete`, async () => {
      const { status } = await client.bootstrap(key.id);
      return status === 'complete';
    });
    const delegations = delegationsOf(world.node, key.address);
    t.deepEqual([...delegations.keys()].toSorted(), ALL_KINDS);
    t.true([...delegations.values()].every((cids) => cids.size === 1));
  }
});

test('more accounts than can wait in memory are reported as pending, and all are completed', async (t) => {
  const world = await createWorld(ONE_AT_A_TIME);
  t.teardown(() => world.close());
  const release = holdNode(world);
  const crowd = await people(world, IS_FULL ? 12 : 6);
  for (const person of crowd) {
    t.like(await signAsync(world, person), PENDING);
    const { body } = await world.bootstrapOf(person);
    t.like(body, { status: 'pending', state: 'executing' });
  }
  release();
  for (const person of crowd) {
    await world.untilComplete(person);
    isProvisionedOnce(t, world, person);
    t.is((await world.bootstrapOf(person)).body['attempts'], 1);
  }
  await until('every record is read back or kept for it', async () => {
    return (await records(world)).length === crowd.length;
  });
});

test('callers can wait for an account that waits only in its record', async (t) => {
  const { world, crowd, release } = await waitingCrowd(t, 6);
  const last = crowd.at(-1) ?? crowd[0];
  if (last === undefined) return t.fail();
  t.is((await world.bootstrapOf(last)).body['attempts'], 0);
  const waiting = world.bootstrapOf(last, 25_000);
  release();
  t.is((await waiting).body['status'], 'complete');
});

test('runs that wait in their records are resumed oldest first', async (t) => {
  let nowMs = Date.now();
  const world = await createWorld({
    tuning: { runsAtOnce: 1, runsWaiting: 0 },
    clock: () => (nowMs += 1),
  });
  t.teardown(() => world.close());
  const release = holdNode(world);
  const crowd = await people(world, 6);
  for (const person of crowd) await signAsync(world, person);
  world.node.clearRequests();
  release();
  for (const person of crowd) await world.untilComplete(person);
  const order = crowd
    .slice(1)
    .map(({ address }) => world.node.requests.findIndex((record) => isAbout(record, address)));
  t.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
});

testOfOneProcess(
  'It looks into the directory of the store, or makes writes to it fail.',
  'a run whose record cannot be written is reported as failed and never as pending',
  async (t) => {
    const world = await createWorld({
      env: { RATE_LIMITS: `${NO_HURRY},bootstrap@account=1/600` },
    });
    t.teardown(() => world.close());
    const person = await world.person();
    world.refusesWrite = (text) => text.includes('"bootstrap-run"');
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      t.like(await signAsync(world, person), {
        status: 'failed',
        state: 'failed',
        errorCode: 'tinycloud_bootstrap_store_unavailable',
        retryable: true,
      });
    }
    t.is(world.node.requests.filter((record) => isAbout(record, person.address)).length, 0);
    t.is(await world.counter('root_signatures'), 0);
    world.refusesWrite = () => false;
    // Failed attempts do not count toward the daily limit.
    t.like(outcomeOf(await world.sign(person)), { status: 'complete' });
  },
);

test('a response is pending only after the record is on disk', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const release = holdNode(world);
  for (const person of await people(world, IS_FULL ? 10 : 4)) {
    t.is((await signAsync(world, person)).status, 'pending');
    const ids = await records(world);
    t.true(ids.some((id) => id.startsWith(person.keyId)));
  }
  release();
});

testOfOneProcess(
  'It looks into the directory of the store, or makes writes to it fail.',
  'a sweep finds a record without an active run',
  async (t) => {
    const { tuning } = ONE_AT_A_TIME;
    const world = await createWorld({ tuning: { ...tuning, sweepEveryMs: 50 } });
    const aside = await mkdtemp(join(tmpdir(), 'aside-'));
    t.teardown(async () => {
      await world.close();
      await rm(aside, { recursive: true });
    });
    const release = holdNode(world);
    const [first, waiting] = await people(world, 2);
    if (first === undefined || waiting === undefined) return t.fail();
    for (const person of [first, waiting]) await signAsync(world, person);
    const stopped = world.stop();
    release();
    await stopped;
    // The record reappears while the service runs, unknown to any start or signature.
    const files = await readdir(world.dataDir, { recursive: true });
    const name =
      files.find((each) => /^bootstrap-run.*\.json$/.test(each) && each.includes(waiting.keyId)) ??
      '';
    await rename(join(world.dataDir, name), join(aside, 'record'));
    await world.start();
    t.is((await world.bootstrapOf(waiting)).body['status'], 'none');
    await rename(join(aside, 'record'), join(world.dataDir, name));
    await world.untilComplete(waiting);
    isProvisionedOnce(t, world, waiting);
  },
);

testOfOneProcess(
  'Another replica executes what waits.',
  'an account that waits for its turn can be deleted at once, and nothing is signed for it',
  async (t) => {
    const { world, crowd, release } = await waitingCrowd(t, 5);
    const [first, inMemory, , inRecord] = crowd;
    if (first === undefined || inMemory === undefined || inRecord === undefined) return t.fail();
    for (const { wallet } of [inMemory, inRecord]) {
      const browser = await signedInBrowser(world, wallet);
      t.is((await browser.call('DELETE', '/api/account')).status, 200);
    }
    release();
    const others = crowd.filter((person) => person !== inMemory && person !== inRecord);
    for (const person of others) await world.untilComplete(person);
    const ids = await records(world);
    for (const { address, keyId } of [inMemory, inRecord]) {
      t.false(ids.some((id) => id.startsWith(keyId)));
      t.false(world.node.requests.some((record) => isAbout(record, address)));
    }
  },
);

type Change = (world: World, person: Person) => Promise<{ readonly status: number }>;
const SECOND_THOUGHTS: readonly (readonly [string, Change])[] = [
  [
    'a key that was archived',
    (world, { keyId, token }) => world.call('POST', `/api/keys/${keyId}/archive`, { token }),
  ],
  [
    'a person who switched it off',
    (world, { token }) =>
      world.call('PATCH', '/api/account', { token, body: { autoSignEnabled: false } }),
  ],
];

for (const [who, change] of SECOND_THOUGHTS) {
  testOfOneProcess(
    'Another replica executes what waits.',
    `nothing is signed for ${who} while the run waited for its turn`,
    async (t) => {
      const { world, crowd, release } = await waitingCrowd(t, 5);
      const [, inMemory, , inRecord] = crowd;
      if (inMemory === undefined || inRecord === undefined) return t.fail();
      for (const person of [inMemory, inRecord]) t.is((await change(world, person)).status, 200);
      release();
      for (const person of [inMemory, inRecord]) {
        await until(`the run of ${person.keyId} ends`, async () => {
          const { body } = await world.bootstrapOf(person);
          return body['errorCode'] === 'tinycloud_bootstrap_gate_closed';
        });
        t.is(delegationsOf(world.node, person.address).size, 0);
      }
    },
  );
}

test('a start with the kill switch leaves waiting runs, and one without it resumes them', async (t) => {
  const { world, crowd, release } = await waitingCrowd(t, 5);
  const stopped = world.stop();
  release();
  await stopped;
  const waited = crowd.filter(({ address }) => delegationsOf(world.node, address).size === 0);
  t.true(waited.length > 0);
  await world.start({ TINYCLOUD_BOOTSTRAP_ON_SIGN: 'off' });
  for (const person of waited) {
    t.is((await world.bootstrapOf(person)).body['status'], 'pending');
    t.is(delegationsOf(world.node, person.address).size, 0);
  }
  await world.stop();
  await world.start();
  for (const person of crowd) {
    await world.untilComplete(person);
    isProvisionedOnce(t, world, person);
  }
});

testOfOneProcess(
  'Another replica executes what waits.',
  'a stop starts no waiting run, and the next start resumes them',
  async (t) => {
    const { world, crowd, release } = await waitingCrowd(t, 3);
    const stopped = world.stop();
    release();
    await stopped;
    const finished = crowd.filter(({ address }) => delegationsOf(world.node, address).size > 0);
    t.is(finished.length, 1);
    await world.start();
    for (const person of crowd) await world.untilComplete(person);
  },
);

test('a failed run that a signature starts again is durable without its failure', async (t) => {
  const world = await createWorld(ONE_AT_A_TIME);
  t.teardown(() => world.close());
  const person = await world.person();
  const { token, keyId } = person;
  const hold = holdNode(world);
  await signAsync(world, person);
  await world.call('POST', `/api/keys/${keyId}/archive`, { token });
  hold();
  await until('the gate closes', async () => {
    const { body } = await world.bootstrapOf(person);
    return body['errorCode'] === 'tinycloud_bootstrap_gate_closed' && body['retryable'] === false;
  });
  await world.call('POST', `/api/keys/${keyId}/unarchive`, { token });
  const release = holdNode(world);
  const [other] = await people(world, 1);
  if (other === undefined) return t.fail();
  t.is((await signAsync(world, other)).status, 'pending');
  t.is((await signAsync(world, person)).status, 'pending');
  const stopped = world.stop();
  release();
  await stopped;
  await world.start();
  await world.untilComplete(person);
  t.pass();
});
