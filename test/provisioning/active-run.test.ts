/** Tests what those who watch a run are told of its steps. */
import { ActiveRun } from '../../src/provisioning/active-run.js';
import { PLAN } from '../../src/bootstrap/plan.js';
import { test } from '../test.js';

test('a watcher is told each step as the list of all steps shows it, until it leaves', (t) => {
  const run = new ActiveRun(() => 1_772_366_400_000);
  const told: unknown[] = [];
  const leave = run.watch((step) => {
    t.deepEqual(
      step,
      run.steps().find(({ id }) => id === step.id),
    );
    told.push(step);
  });
  for (const { id, steps } of PLAN) {
    for (const status of ['running', 'done'] as const) {
      told.length = 0;
      run.noteTask(id, status);
      t.is(told.length, steps.length);
    }
  }
  t.true(run.steps().every(({ doneAt }) => doneAt === '2026-03-01T12:00:00.000Z'));
  told.length = 0;
  leave();
  for (const { id } of PLAN) run.noteTask(id, 'failed');
  t.deepEqual(told, []);
});
