import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from '../test.js';
import { STEP_IDS } from '../../src/bootstrap/steps.js';
import { sequentialTrips } from '../../scripts/bench/sequential-trips.js';
import { proveFromOutside } from '../../src/account-check/prove-from-outside.js';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { ALL_KINDS, delegationsOf, PLAN_REQUESTS, planRequestOf } from './requests.js';
import { createWorld, isSignedBy, outcomeOf, REPLICAS } from './world.js';

for (const storage of ['sqlite', 'postgres'] as const) {
  test(`a fresh account costs ten root signatures, twenty requests and four trips on ${storage}`, async (t) => {
    // Long enough that even a slow machine sends all requests of a trip before the first response.
    const world = await createWorld({
      node: { storage, latencyMs: 400 },
      env: { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '25000' },
    });
    t.teardown(() => world.close());
    const person = await world.person();
    world.node.clearRequests();
    const message = world.appSignIn(person);
    const answer = await world.sign(person, message);
    t.true(isSignedBy(answer, message, person));
    t.like(outcomeOf(answer), { status: 'complete', state: 'complete' });
    const kinds = world.node.requests.map((record) => planRequestOf(record) ?? 'other').toSorted();
    t.deepEqual(kinds, [...PLAN_REQUESTS].toSorted());
    t.true(world.node.requests.every(({ status }) => status === 200));
    t.is(sequentialTrips(world.node.requests), 4);
    t.is(await world.counter('root_signatures'), 10);
    const delegations = delegationsOf(world.node, person.address);
    t.deepEqual([...delegations.keys()].toSorted(), ALL_KINDS);
    t.true([...delegations.values()].every((cids) => cids.size === 1));
  });

  test(`a second sign-in on ${storage} sends the node nothing and signs only the request`, async (t) => {
    const world = await createWorld({ node: { storage } });
    t.teardown(() => world.close());
    const person = await world.person();
    await world.sign(person);
    world.node.clearRequests();
    const answer = await world.sign(person);
    t.like(outcomeOf(answer), { status: 'complete', state: 'cache-hit' });
    t.is(await world.counter('root_signatures'), 10);
    t.is(await world.counter('signatures'), 2);
    // The stop waits for all work in the background.
    await world.stop();
    t.is(world.node.requests.length, 0);
  });
}

test('the node is asked for its identity at the start and once for each account', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  for (let account = 0; account < 3; account += 1) await world.sign(await world.person());
  const asked = world.node.requests.filter(({ route }) => route === '/info').length;
  t.is(asked, REPLICAS + 3);
});

test('an app finds every record with the session of that one signature', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const { siwe, sessionSeed } = composeAppSignIn(person.address, 'app.example', Date.now());
  const answer = await world.sign(person, siwe);
  const proof = await proveFromOutside({
    nodeUrl: world.node.url,
    siwe,
    signature: String(answer.body['signature']),
    sessionSeed: Buffer.from(sessionSeed).toString('hex'),
  });
  t.deepEqual(
    proof.rows.filter(({ verdict }) => verdict !== 'ok' && verdict !== 'not covered'),
    [],
  );
  t.true(proof.proved);
});

test('the status shows all twenty steps done, with their times', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  t.like((await world.bootstrapOf(person)).body, { state: 'none', status: 'none', attempts: 0 });
  await world.sign(person);
  const { body } = await world.bootstrapOf(person);
  t.like(body, { state: 'complete', status: 'complete', attempts: 1 });
  const steps = body['steps'] as { id: string; status: string; doneAt?: string }[];
  t.deepEqual(
    steps.map(({ id }) => id),
    [...STEP_IDS],
  );
  t.true(steps.every(({ status, doneAt }) => status === 'done' && doneAt !== undefined));
});

test('respond-async returns the signature at once, and the account is still completed', async (t) => {
  const world = await createWorld({ node: { latencyMs: 40 } });
  t.teardown(() => world.close());
  const person = await world.person();
  const message = world.appSignIn(person);
  const answer = await world.sign(person, message, { prefer: 'respond-async' });
  t.true(isSignedBy(answer, message, person));
  t.like(outcomeOf(answer), { status: 'pending', state: 'executing' });
  await world.untilComplete(person);
  t.pass();
});

test('the budget begins when the request arrives, and not when its body does', async (t) => {
  const budgetMs = 1_000;
  const world = await createWorld({
    env: { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: String(budgetMs) },
  });
  t.teardown(() => world.close());
  const person = await world.person();
  const body = JSON.stringify({ message: world.appSignIn(person), format: 'personal_sign' });
  const asked = request(`${world.url}/api/keys/${person.keyId}/sign`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${person.token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      expect: '100-continue',
    },
  });
  asked.flushHeaders();
  // The service has the request now, and the budget is over before it has the body.
  await once(asked, 'continue');
  await sleep(budgetMs + 50);
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [AsyncIterable<Buffer>];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const answer = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
  t.like(answer['tinycloudBootstrap'], { status: 'pending', state: 'executing' });
  await world.untilComplete(person);
});
