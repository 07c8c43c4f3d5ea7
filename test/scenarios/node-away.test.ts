/** Tests a node that does not answer while many people sign in. */
import { test } from '../test.js';
import { until } from '../until.js';
import { createWorld, outcomeOf } from './world.js';

/** Twice as many as have a turn at once. */
const PEOPLE = 16;
const REQUESTS_OF_A_CALM_RUN = 20;

test('accounts that wait for a node that is away cost it few requests, and complete once it is back', async (t) => {
  const env = { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0' };
  // PostgreSQL, because SQLite itself fails writes that overlap.
  // The node is asked ever more seldom, so a slow machine does not ask more often.
  const nodeBreaker = { failures: 5, firstRestMs: 50, longestRestMs: 60_000 };
  const node = { storage: 'postgres' } as const;
  const world = await createWorld({ node, env, tuning: { nodeBreaker } });
  t.teardown(() => world.close());
  const people = [];
  for (let person = 0; person < PEOPLE; person += 1) people.push(await world.person());

  let [inFlight, most, isAway] = [0, 0, true];
  world.node.onRequest((phase) => {
    inFlight += phase === 'before' ? 1 : -1;
    most = Math.max(most, inFlight);
    if (!isAway) return;
    inFlight -= 1;
    throw new Error('the node is away');
  });
  world.node.clearRequests();
  const answers = await Promise.all(people.map((person) => world.sign(person)));
  t.true(answers.every((answer) => answer.status === 200));
  t.true(answers.every((answer) => outcomeOf(answer).status === 'pending'));
  const isUnreachable = async (): Promise<boolean> =>
    (await world.call('GET', '/readyz')).body['node'] === 'unreachable';
  await until('the breaker opens', isUnreachable);
  const wasted = world.node.requests.length;
  await until('the node is asked', () => world.node.requests.length >= wasted + 2);

  isAway = false;
  for (const person of people) await world.untilComplete(person);
  t.true(world.node.requests.length <= 1.2 * PEOPLE * REQUESTS_OF_A_CALM_RUN);
  t.true(most <= 20, String(most));
  t.false(await isUnreachable());
  t.true(world.logs.some((line) => line.includes('node-away')));
  t.true(world.logs.some((line) => line.includes('node-back')));
});
