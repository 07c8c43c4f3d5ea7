/**
 * Tests a node with a different clock. It accepts an invocation that expires within the next 300
 * seconds of that clock.
 */
import { test } from '../test.js';
import { until } from '../until.js';
import { ALL_KINDS, delegationsOf } from './requests.js';
import { createWorld, isSignedBy, outcomeOf } from './world.js';

for (const aheadS of [-240, -60, 60, 140]) {
  test(`an account completes on a node whose clock is ${aheadS} s ahead`, async (t) => {
    const world = await createWorld({ node: { clock: () => Date.now() + aheadS * 1000 } });
    t.teardown(() => world.close());
    const person = await world.person();
    await world.sign(person);
    await world.untilComplete(person);
    t.deepEqual([...delegationsOf(world.node, person.address).keys()].toSorted(), ALL_KINDS);
  });
}

for (const aheadS of [600, -600]) {
  test(`set-ups wait for a node whose clock is ${aheadS} s ahead, and continue once it is right`, async (t) => {
    let offsetMs = aheadS * 1000;
    const world = await createWorld({ node: { clock: () => Date.now() + offsetMs } });
    t.teardown(() => world.close());
    const person = await world.person();
    const message = world.appSignIn(person);
    const answer = await world.sign(person, message);
    t.true(isSignedBy(answer, message, person));
    const expected = {
      status: 'failed',
      errorCode: 'tinycloud_bootstrap_node_clock',
      retryable: true,
    };
    t.like(outcomeOf(answer), expected);
    const line = world.logs.find((each) => each.includes('tinycloud_bootstrap_node_clock')) ?? '{}';
    const said = JSON.parse(line) as { reason?: string; offsetS?: number };
    t.regex(String(said.reason), /clock/);
    t.true(Math.abs((said.offsetS ?? 0) - aheadS) <= 60);
    const { body } = await world.call('GET', '/readyz');
    t.true(Math.abs(Number(body['nodeClockOffsetS']) - aheadS) <= 60);
    t.true(world.logs.some((each) => each.includes('node-clock-off')));

    // Neither this run nor that of another person sends anything but the question for the time.
    world.node.clearRequests();
    t.like(outcomeOf(await world.sign(await world.person())), expected);
    await until('the node was asked', () => world.node.requests.length >= 3);
    t.deepEqual([...new Set(world.node.requests.map(({ route }) => route))], ['/info']);

    offsetMs = 0;
    await world.untilComplete(person);
    t.true(world.logs.some((each) => each.includes('node-clock-back')));
  });
}

test('a run that waited for the clock of the node continues soon after a restart', async (t) => {
  let offsetMs = 600_000;
  const world = await createWorld({ node: { clock: () => Date.now() + offsetMs } });
  t.teardown(() => world.close());
  const person = await world.person();
  t.is(outcomeOf(await world.sign(person)).errorCode, 'tinycloud_bootstrap_node_clock');
  await world.stop();
  offsetMs = 0;
  await world.start();
  await world.untilComplete(person);
});

test('a node whose Date header is of another clock is used as before', async (t) => {
  let reads = 0;
  const dateClock = (): number => Date.now() - 86_400_000 * (reads += 1);
  const world = await createWorld({ node: { dateClock } });
  t.teardown(() => world.close());
  t.is(outcomeOf(await world.sign(await world.person())).status, 'complete');
});

test('a refusal of the node for another reason is not reported as a clock failure', async (t) => {
  const world = await createWorld({
    node: { faults: '/encryption/networks=status-401' },
    tuning: { retryDelaysMs: [3_600_000] },
  });
  t.teardown(() => world.close());
  const outcome = outcomeOf(await world.sign(await world.person()));
  t.is(outcome.errorCode, 'tinycloud_bootstrap_node_refused');
  t.false(world.logs.some((line) => line.includes('clock')));
});
