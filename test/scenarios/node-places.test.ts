/** Tests that fresh accounts do not use up what a node has for the SQL databases of everybody. */
import { test } from '../test.js';
import { testOfOneProcess } from './one-process.js';
import { createNodeClient } from '../stand-ins/node-client.js';
import { createOwner, type Owner } from '../stand-ins/owner.js';
import { until } from '../until.js';
import { createWorld, outcomeOf, sleep, type Person, type World } from './world.js';

const BUDGET = 4;
/** As many as need the budget three times. */
const PEOPLE = 3 * BUDGET;
/**
 * Enough for two budgets of accounts at once, which a busy machine may need, and not for three: an
 * account has two databases.
 */
const THREADS = 2 * PEOPLE;
/** The times of a real node, divided by 200. */
const IDLE_MS = 1_500;
const PLACE_MS = 1_650;

const ENV = {
  TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0',
  TINYCLOUD_BOOTSTRAP_NODE_BUDGET: String(BUDGET),
};
const NODE = { storage: 'postgres', sqlThreads: { threads: THREADS, idleMs: IDLE_MS } } as const;
const TUNING = { nodePlaces: { placeMs: PLACE_MS, recoveryMs: 3_000 }, readBackDelayMs: 0 };

/** Queries the databases of owners without an account again and again. Returns how to end it. */
function keepQuerying(world: World, owners: readonly Owner[]): () => Promise<number> {
  const client = createNodeClient(world.node.url);
  const asked = { isOver: false, answered: 0 };
  const query = { action: 'query', sql: 'SELECT 1' };
  const work = async (): Promise<void> => {
    while (!asked.isOver) {
      for (const owner of owners) {
        const { status } = await client.sql(owner, 'account', query, ['tinycloud.sql/read']);
        if (status === 200) asked.answered += 1;
        await sleep(20);
      }
    }
  };
  const working = work();
  return async () => {
    asked.isOver = true;
    await working;
    return asked.answered;
  };
}

testOfOneProcess(
  'A shared store tells no time.',
  'fresh accounts wait for places at the node, are told when, and leave SQL to others',
  async (t) => {
    const world = await createWorld({ env: ENV, node: NODE, tuning: TUNING });
    t.teardown(() => world.close());
    const client = createNodeClient(world.node.url);
    const owners = [createOwner(1), createOwner(2), createOwner(3)];
    for (const owner of owners) await client.host(owner, 'account');
    const people: Person[] = [];
    for (let person = 0; person < PEOPLE; person += 1) people.push(await world.person());
    let mostWaiting = 0;
    world.node.onRequest(() => {
      mostWaiting = Math.max(mostWaiting, world.node.inspect.sqlThreads()?.waiting ?? 0);
    });
    const endQuerying = keepQuerying(world, owners);

    const answers = await Promise.all(people.map((person) => world.sign(person)));
    t.true(answers.every((answer) => answer.status === 200));
    t.true(answers.every((answer) => outcomeOf(answer).status === 'pending'));
    const views = await Promise.all(people.map((person) => world.bootstrapOf(person)));
    const told = views.filter(({ body }) => body['expectedAt'] !== undefined);
    t.true(told.length >= BUDGET, `${told.length} are told when`);
    t.true(told.every(({ body }) => Date.parse(String(body['expectedAt'])) > Date.now()));

    for (const person of people) await world.untilComplete(person);
    t.true((await endQuerying()) > 0);
    t.is(mostWaiting, 0);
    t.true((world.node.inspect.sqlThreads()?.peak ?? THREADS) < THREADS);
    t.false(world.logs.some((line) => line.includes('"event":"node-budget-halved"')));
  },
);

testOfOneProcess(
  'A shared store tells no time.',
  'a restarted service knows what it opened a moment ago',
  async (t) => {
    const world = await createWorld({
      env: { ...ENV, TINYCLOUD_BOOTSTRAP_NODE_BUDGET: '1' },
      node: NODE,
      tuning: { nodePlaces: { placeMs: 600_000, recoveryMs: 3_000 } },
    });
    t.teardown(() => world.close());
    const [first, second] = [await world.person(), await world.person()];
    await world.sign(first);
    await world.untilComplete(first);
    await world.stop();
    await world.start();
    world.node.clearRequests();
    t.like(outcomeOf(await world.sign(second)), { status: 'pending' });
    const view = async (): Promise<string | false> => {
      const { body } = await world.bootstrapOf(second);
      return typeof body['expectedAt'] === 'string' && body['expectedAt'];
    };
    const expectedAt = await until('it is told when', view);
    t.true(Date.parse(expectedAt) > Date.now() + 500_000);
    t.deepEqual(
      world.node.requests.filter(({ route }) => route !== '/info'),
      [],
    );
  },
);

test('SQL that times out lets fewer accounts begin', async (t) => {
  const world = await createWorld({
    env: { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0' },
    node: { storage: 'postgres' },
    tuning: { limits: { requestDeadlineMs: 1_000 } },
  });
  t.teardown(() => world.close());
  world.node.setFaults('/invoke:tinycloud.sql/write=hang*1');
  const person = await world.person();
  await world.sign(person);
  await world.untilComplete(person);
  t.true(world.logs.some((line) => line.includes('"event":"node-budget-halved"')));
});
