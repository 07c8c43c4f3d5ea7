/** Tests that background work leaves the event loop free between its steps. */
import { LoopTurns } from '../../src/runtime/loop-turns.js';
import { test } from '../test.js';

test('each step gets a turn of the loop of its own, in order of the calls', async (t) => {
  const turns = new LoopTurns();
  let turn = 0;
  const count = (): void => {
    turn += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  t.teardown(() => clearImmediate(timer));
  const steps: (readonly [string, number])[] = [];
  const step = async (name: string): Promise<void> => {
    await turns.next();
    steps.push([name, turn]);
  };
  await Promise.all(['a', 'b', 'c'].map(step));
  t.deepEqual(
    steps.map(([name]) => name),
    ['a', 'b', 'c'],
  );
  t.is(new Set(steps.map(([, at]) => at)).size, 3);
  // Nobody waits now, and the next step is not forgotten.
  await step('d');
  t.is(steps.at(-1)?.[0], 'd');
});
