/** Tests a node that does not answer while many people sign in. */
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { IS_FULL } from '../sample.js';
import { until } from '../until.js';
import { createWorld, outcomeOf, sleep, type Person, type World } from './world.js';

const PEOPLE = IS_FULL ? 1_000 : 40;
/** How long the node is away at least. */
const AWAY_MS = IS_FULL ? 120_000 : 0;
/** Ends a test that hangs. */
const PATIENCE_MS = IS_FULL ? 1_500_000 : 300_000;
const REQUESTS_OF_A_CALM_RUN = 20;

/** Lets everybody sign, a few at a time. Returns how long the slowest reply took. */
async function signAll(
  t: ExecutionContext,
  world: World,
  people: readonly Person[],
): Promise<number> {
  const left = [...people];
  let slowestMs = 0;
  const worker = async (): Promise<void> => {
    for (let person = left.pop(); person !== undefined; person = left.pop()) {
      const sentAtMs = performance.now();
      const answer = await world.sign(person);
      slowestMs = Math.max(slowestMs, performance.now() - sentAtMs);
      t.is(answer.status, 200);
      t.is(outcomeOf(answer).status, 'pending');
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return slowestMs;
}

test('accounts that wait for a node that is away cost it few requests, and complete once it is back', async (t) => {
  const env = { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0' };
  // PostgreSQL, because SQLite itself fails writes that overlap.
  // The node is asked ever more seldom, so a slow machine does not ask more often.
  const nodeBreaker = { failures: 5, firstRestMs: 50, longestRestMs: 60_000 };
  const node = { storage: 'postgres' } as const;
  const world = await createWorld({ node, env, tuning: { nodeBreaker } });
  t.teardown(() => world.close());
  const people: Person[] = [];
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
  const wentAtMs = performance.now();
  const slowestMs = await signAll(t, world, people);
  const signedAtMs = performance.now();
  const isUnreachable = async (): Promise<boolean> =>
    (await world.call('GET', '/readyz')).body['node'] === 'unreachable';
  await until('the breaker opens', isUnreachable);
  const wasted = world.node.requests.length;
  await until('the node is asked', () => world.node.requests.length >= wasted + 2);

  await sleep(Math.max(0, wentAtMs + AWAY_MS - performance.now()));
  let tried = 0;
  for (const person of people) {
    if (Number((await world.bootstrapOf(person)).body['attempts']) > 0) tried += 1;
  }
  // They wait as they were, instead of taking turns in which nothing can be sent.
  t.true(tried < 4, `${tried} of ${PEOPLE} are attempted`);
  isAway = false;
  const backAtMs = performance.now();
  for (const person of people) await world.untilComplete(person, PATIENCE_MS);
  t.log({
    people: PEOPLE,
    signedInMs: Math.round(signedAtMs - wentAtMs),
    slowestSignMs: Math.round(slowestMs),
    awayMs: Math.round(backAtMs - wentAtMs),
    completeAfterMs: Math.round(performance.now() - backAtMs),
    requests: world.node.requests.length,
    calmRequests: PEOPLE * REQUESTS_OF_A_CALM_RUN,
    most,
  });
  if (IS_FULL) t.true(performance.now() - backAtMs < 180_000 && slowestMs < 500);
  t.true(world.node.requests.length <= 1.2 * PEOPLE * REQUESTS_OF_A_CALM_RUN);
  t.true(most <= 20, String(most));
  t.false(await isUnreachable());
  t.true(world.logs.some((line) => line.includes('node-away')));
  t.true(world.logs.some((line) => line.includes('node-back')));
});
