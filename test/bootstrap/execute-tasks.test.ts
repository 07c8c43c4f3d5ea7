import { test } from '../test.js';
import { executeTasks } from '../../src/bootstrap/execute-tasks.js';
import { PLAN } from '../../src/bootstrap/plan.js';
import { STEP_IDS } from '../../src/bootstrap/steps.js';

type Id = 'a' | 'b' | 'c' | 'd';
const tasks: readonly { id: Id; needs: readonly Id[] }[] = [
  { id: 'a', needs: [] },
  { id: 'b', needs: ['a'] },
  { id: 'c', needs: [] },
  { id: 'd', needs: ['b', 'c'] },
];
/** Waits one turn of the event loop. */
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

test('a task begins only after the tasks it needs have ended', async (t) => {
  const ended = new Set<Id>();
  await executeTasks(
    tasks,
    async ({ id, needs }) => {
      t.true(needs.every((need) => ended.has(need)));
      if (id === 'c') for (let turns = 0; turns < 5; turns += 1) await turn();
      await turn();
      ended.add(id);
    },
    4,
  );
  t.is(ended.size, 4);
});

test('no more tasks than the bound run at once', async (t) => {
  let [now, most] = [0, 0];
  const many = Array.from({ length: 20 }, (_, at) => ({ id: String(at), needs: [] }));
  await executeTasks(
    many,
    async () => {
      now += 1;
      most = Math.max(most, now);
      await turn();
      now -= 1;
    },
    3,
  );
  t.is(most, 3);
});

test('after a failure no task starts, and the running ones are awaited', async (t) => {
  const log: string[] = [];
  const run = executeTasks(
    tasks,
    async ({ id }) => {
      log.push(`${id} begins`);
      if (id === 'a') throw new Error('no');
      // Long after the failure, measured in turns of the event loop and not by the clock.
      for (let turns = 0; turns < 20; turns += 1) await turn();
      log.push(`${id} ends`);
    },
    4,
  );
  await t.throwsAsync(run, { message: 'no' });
  t.deepEqual(log, ['a begins', 'c begins', 'c ends']);
});

test('a task that needs an unknown task throws TypeError', async (t) => {
  const run = executeTasks([{ id: 'x', needs: ['y'] }], async () => undefined, 1);
  await t.throwsAsync(run, { instanceOf: TypeError });
});

test('the plan acknowledges every step of the marker once', (t) => {
  const acknowledged = PLAN.flatMap(({ steps }) => steps);
  t.deepEqual(acknowledged.toSorted(), STEP_IDS.toSorted());
});

test('the records come last in the plan', (t) => {
  const last = PLAN.at(-1);
  t.is(last?.id, 'records');
  t.true(PLAN.every(({ needs }) => !needs.includes('records')));
});
