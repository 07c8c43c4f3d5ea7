/**
 * Tests the setup after the sign-in of a local key: fresh, to be repaired, already complete, or not
 * touched.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from '../test.js';
import { STEP_IDS } from '../../src/bootstrap/steps.js';
import { ALL_KINDS, PLAN_REQUESTS } from '../scenarios/requests.js';
import { createLocalWorld, isProved, isSignIn, newPerson, spaceOf, taskOf } from './local-world.js';

const SPACES = ['default', 'applications', 'account', 'secrets', 'public'];
const MARKER = 'system/bootstrap/complete';
const APPLICATION = 'applications/xyz.tinycloud.secrets';
const DONE = { state: 'done', bootstrapSkipped: false, resumed: false } as const;

for (const storage of ['sqlite', 'postgres'] as const) {
  test(`a fresh account is done at the first sign-in, at the service's price, on ${storage}`, async (t) => {
    const world = await createLocalWorld(t, { storage });
    const person = newPerson();
    const states: string[] = [];
    const steps = new Set<string>();
    const result = await world.signIn(person, {
      onState: (state) => states.push(state),
      onStep: (id, status) => status === 'done' && steps.add(id),
    });
    t.deepEqual(result.bootstrap, { ...DONE, path: 'fresh' });
    t.deepEqual(states, ['client-bootstrap', 'done']);
    t.deepEqual([...steps].toSorted(), [...STEP_IDS].toSorted());
    // The signatures of the plan and of the sign-in.
    t.is(result.signatures, 10 + 1);
    t.deepEqual(
      world.node.requests.map((record) => taskOf(record) ?? 'other').toSorted(),
      [...PLAN_REQUESTS, 'sign-in'].toSorted(),
    );
    t.is(result.requests, world.node.requests.length);
    const planned = world.planned(person.signer.address);
    t.deepEqual([...planned.keys()].toSorted(), ALL_KINDS);
    t.true([...planned.values()].every((cids) => cids.size === 1));
    t.true(await isProved(result.session));
  });

  test(`an existing account costs three requests and one signature on ${storage}`, async (t) => {
    const world = await createLocalWorld(t, { storage });
    const person = newPerson();
    await world.signIn(person);
    world.node.clearRequests();
    const result = await world.signIn(person);
    t.deepEqual(result.bootstrap, { ...DONE, path: 'already-done' });
    t.is(result.signatures, 1);
    t.is(world.node.requests.length, 3);
    t.is(result.requests, 3);
  });

  test(`only missing records and spaces are added on ${storage}`, async (t) => {
    const world = await createLocalWorld(t, { storage });
    const person = newPerson();
    const { address } = person.signer;
    const account = spaceOf(address, 'account');
    await world.signIn(person);
    const keys = [MARKER, APPLICATION, ...SPACES.map((name) => `spaces/${spaceOf(address, name)}`)];
    // On PostgreSQL a sample is enough, because the storage only matters for overlapping writes.
    for (const key of storage === 'sqlite' ? keys : [MARKER]) {
      const before = new Map(world.node.inspect.kv(account));
      world.node.inspect.deleteKv(account, key);
      world.node.clearRequests();
      const result = await world.signIn(person);
      t.deepEqual(result.bootstrap, { ...DONE, path: 'repair' }, key);
      const after = world.node.inspect.kv(account);
      t.is(after.size, 7, key);
      for (const [kept, { body }] of after) {
        if (kept !== key) t.deepEqual(body, before.get(kept)?.body, `${key}: ${kept}`);
      }
      // Every space exists, so neither peers nor hosts are requested.
      const asked = world.node.requests.map((record) => taskOf(record) ?? '');
      t.false(
        asked.some((task) => task.startsWith('peer:') || task.startsWith('host:')),
        key,
      );
      t.is(result.signatures, 5 + 1, key);
    }
    for (const name of storage === 'sqlite' ? SPACES : ['account']) {
      world.node.inspect.unhostSpace(spaceOf(address, name));
      world.node.clearRequests();
      const result = await world.signIn(person);
      t.deepEqual(result.bootstrap, { ...DONE, path: 'repair' }, name);
      t.true(world.node.inspect.hostedSpaces().includes(spaceOf(address, name)), name);
      const hosts = world.node.requests.map(taskOf).filter((task) => task?.startsWith('host:'));
      t.deepEqual(hosts, [`host:${name}`]);
      t.is(result.signatures, 6 + 1, name);
    }
  });
}

test('without the marker missing rows and a missing network are added too', async (t) => {
  const world = await createLocalWorld(t);
  const person = newPerson();
  const { address } = person.signer;
  const account = spaceOf(address, 'account');
  await world.signIn(person);
  world.node.inspect.deleteKv(account, MARKER);
  world.node.inspect.sql(account, 'account', 'DELETE FROM application_state');
  world.node.inspect.sql(account, 'account', 'DROP TABLE sync_state');
  world.node.inspect.deleteNetwork(`urn:tinycloud:encryption:did:pkh:eip155:1:${address}:default`);
  const result = await world.signIn(person);
  t.like(result.bootstrap, { state: 'done', path: 'repair' });
  t.true(await isProved(result.session));
});

test('a marker that clients ignore does not count', async (t) => {
  const world = await createLocalWorld(t);
  const person = newPerson();
  const account = spaceOf(person.signer.address, 'account');
  await world.signIn(person);
  for (const [text, type] of [
    ['{"v":1}', 'text/plain'],
    ['{"v":2}', 'application/json'],
    ['{"v":', 'application/json'],
  ] as const) {
    const bytes = new TextEncoder().encode(text);
    world.node.inspect.putKv(account, MARKER, bytes, { 'content-type': type });
    t.like((await world.signIn(person)).bootstrap, { state: 'done', path: 'repair' }, text);
    t.like((await world.signIn(person)).bootstrap, { path: 'already-done' }, text);
  }
});

test('an interactive signer signs once, and neither a fresh nor an existing account is touched', async (t) => {
  const world = await createLocalWorld(t);
  const person = newPerson();
  const interactive = { signer: { ...person.signer, interactive: true } };
  const skipped = { state: 'skipped', bootstrapSkipped: true, reason: 'interactive' } as const;
  for (const isThere of [false, true]) {
    if (isThere) await world.signIn(person);
    world.node.clearRequests();
    const states: string[] = [];
    const result = await world.signIn(interactive, { onState: (state) => states.push(state) });
    t.deepEqual(result.bootstrap, skipped);
    t.deepEqual(states, ['skipped']);
    t.true(result.activated);
    t.is(result.signatures, 1);
    t.is(world.node.requests.length, 1);
    t.true(world.node.requests.every(isSignIn));
  }
});

test('a complete run leaves no file, and two chains are two accounts', async (t) => {
  const world = await createLocalWorld(t);
  const person = newPerson();
  for (const chainId of [1, 10]) {
    const result = await world.signIn(person, { chainId, domain: 'app.example:5173' });
    t.like(result.bootstrap, { state: 'done', path: 'fresh' });
    t.regex(result.session.siwe, new RegExp(`Chain ID: ${chainId}\n`));
    t.true(result.session.siwe.startsWith('app.example:5173 wants you'));
  }
  const names = await readdir(world.stateDirectory, { recursive: true });
  t.is(names.filter((name) => name.endsWith(join('/', 'run'))).length, 0);
  t.is(names.filter((name) => name.includes('lock')).length, 0);
  t.is(names.filter((name) => name.startsWith('node-')).length, 1);
});

test('of two simultaneous sign-ins of a fresh account one sets it up and both succeed', async (t) => {
  const world = await createLocalWorld(t, { latencyMs: 20 });
  const person = newPerson();
  const both = await Promise.all([world.signIn(person), world.signIn(person)]);
  const states = both.map(({ bootstrap }) => bootstrap.state).toSorted();
  t.true(both.every(({ activated }) => activated));
  t.deepEqual(states, ['degraded', 'done']);
  const locked = both.find(({ bootstrap }) => bootstrap.state === 'degraded');
  t.like(locked?.bootstrap, { reason: 'ERR_DATA_DIR_LOCKED' });
  for (const [kind, cids] of world.planned(person.signer.address)) t.is(cids.size, 1, kind);
});
