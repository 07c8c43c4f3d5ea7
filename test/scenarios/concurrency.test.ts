import { IS_FULL } from '../sample.js';
import { test } from '../test.js';
import { delegationsOf, ALL_KINDS, planRequestOf } from './requests.js';
import {
  type Answer,
  createWorld,
  isSignedBy,
  outcomeOf,
  type Person,
  REPLICAS,
  type World,
} from './world.js';

const RECORDS = 7;

/** How many accounts are set up in sequence, and how many at once. */
const MANY = IS_FULL ? 20 : 8;

/**
 * Returns whether an account has exactly the right records: seven keys, five space rows, one
 * delegation of each kind.
 */
function isRight(world: World, { address }: Person): boolean {
  const account = `tinycloud:pkh:eip155:1:${address}:account`;
  const rows = world.node.inspect.sql(account, 'account', 'SELECT count(*) FROM spaces');
  const delegations = delegationsOf(world.node, address);
  return (
    world.node.inspect.kv(account).size === RECORDS &&
    rows[0]?.[0] === 5 &&
    delegations.size === ALL_KINDS.length &&
    [...delegations.values()].every((cids) => cids.size === 1)
  );
}

/**
 * Returns whether a set-up is complete or continues by itself. Replicas do not keep their writes to
 * a node with SQLite apart, so one of them may fail there and be repeated.
 */
function goesOn(answer: Answer, storage: 'sqlite' | 'postgres'): boolean {
  const { status, retryable } = outcomeOf(answer);
  if (REPLICAS > 1 && storage === 'sqlite' && retryable === true) return true;
  return ['complete', 'pending'].includes(status);
}

for (const storage of ['sqlite', 'postgres'] as const) {
  test(`ten simultaneous signatures for one fresh account share one run on ${storage}`, async (t) => {
    const world = await createWorld({ node: { storage, latencyMs: 10 } });
    t.teardown(() => world.close());
    const person = await world.person();
    const message = world.appSignIn(person);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => world.sign(person, message)),
    );
    t.is(new Set(answers.map(({ body }) => body['signature'])).size, 1);
    for (const answer of answers) {
      t.true(isSignedBy(answer, message, person));
      t.true(['complete', 'pending'].includes(outcomeOf(answer).status));
    }
    await world.untilComplete(person);
    t.true(isRight(world, person));
    const posted = world.node.requests.filter((record) => planRequestOf(record) === 'records');
    t.is(posted.length, 1);
  });

  test(`many fresh accounts in sequence are all completed on ${storage}`, async (t) => {
    const world = await createWorld({ node: { storage } });
    t.teardown(() => world.close());
    for (let account = 0; account < MANY; account += 1) {
      const person = await world.person();
      t.like(outcomeOf(await world.sign(person)), { status: 'complete', state: 'complete' });
      t.true(isRight(world, person));
    }
    t.true(world.node.requests.every(({ status }) => status === 200));
  });

  test(`many simultaneous fresh accounts are all completed on ${storage}`, async (t) => {
    const world = await createWorld({ node: { storage, latencyMs: 5 } });
    t.teardown(() => world.close());
    const people = await Promise.all(Array.from({ length: MANY }, () => world.person()));
    const answers = await Promise.all(people.map((person) => world.sign(person)));
    for (const answer of answers) {
      t.true(goesOn(answer, storage), JSON.stringify(answer.body));
    }
    for (const person of people) {
      await world.untilComplete(person);
      t.true(isRight(world, person));
    }
  });
}

test('a second request whose budget ends first is answered that the account is locked', async (t) => {
  const world = await createWorld({
    node: { latencyMs: 60 },
    env: { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '40' },
  });
  t.teardown(() => world.close());
  const person = await world.person();
  t.like(outcomeOf(await world.sign(person)), { status: 'pending', state: 'executing' });
  t.like(outcomeOf(await world.sign(person)), { status: 'pending', state: 'locked' });
  await world.untilComplete(person);
});
