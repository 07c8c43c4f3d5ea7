/**
 * Tests a node with a different clock. It accepts an invocation that expires within the next 300
 * seconds of that clock.
 */
import { test } from '../test.js';
import { ALL_KINDS, delegationsOf } from './requests.js';
import { createWorld, isSignedBy, outcomeOf } from './world.js';

for (const aheadS of [60, 61, 120, -60, -61, -120]) {
  test(`an account completes on a node whose clock is ${aheadS} s ahead`, async (t) => {
    const world = await createWorld({ node: { clock: () => Date.now() + aheadS * 1000 } });
    t.teardown(() => world.close());
    const person = await world.person();
    await world.sign(person);
    await world.untilComplete(person);
    t.deepEqual([...delegationsOf(world.node, person.address).keys()].toSorted(), ALL_KINDS);
  });
}

for (const aheadS of [299, -245, 3_700]) {
  test(`a node whose clock is ${aheadS} s ahead is reported as a clock failure`, async (t) => {
    let offsetMs = aheadS * 1000;
    const world = await createWorld({ node: { clock: () => Date.now() + offsetMs } });
    t.teardown(() => world.close());
    const person = await world.person();
    const message = world.appSignIn(person);
    const answer = await world.sign(person, message);
    t.true(isSignedBy(answer, message, person));
    t.like(outcomeOf(answer), {
      status: 'failed',
      errorCode: 'tinycloud_bootstrap_node_clock',
      retryable: true,
    });
    const line = world.logs.find((each) => each.includes('tinycloud_bootstrap_node_clock')) ?? '{}';
    t.regex(String((JSON.parse(line) as { reason?: string }).reason), /clock/);
    offsetMs = 0;
    await world.untilComplete(person);
  });
}

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
