/** Tests that set-ups give way to a late event loop, and come back when it is on time again. */
import { test } from '../test.js';
import { nextPace, RunPace } from '../../src/provisioning/run-pace.js';
import { RunTurns } from '../../src/provisioning/run-turns.js';

const never = (): AbortSignal => new AbortController().signal;

/** Paces the turns with a clock and a timer that the test controls. */
function createScene(most: number) {
  const state = { nowMs: 0, use: 1, planned: [] as (() => Promise<unknown>)[] };
  const turns = new RunTurns(most, 100);
  const background = {
    later: (_name: string, _delayMs: number, work: () => Promise<unknown>) =>
      void state.planned.push(work),
    isPlanned: () => state.planned.length > 0,
  };
  const loop = { monotonicMs: () => state.nowMs, readUse: () => state.use };
  const pace = new RunPace(turns, background, loop);
  /** Begins the planned work this many milliseconds late. */
  const tick = async (lateMs: number): Promise<void> => {
    state.nowMs += 25 + lateMs;
    await state.planned.shift()?.();
  };
  return { state, turns, pace, tick };
}

test('a busy and late loop halves the number of runs down to one, and a loop on time adds one', (t) => {
  t.deepEqual(
    [8, 4, 3, 1].map((atOnce) => nextPace(atOnce, 100, 1)),
    [4, 2, 1, 1],
  );
  t.is(nextPace(3, 0, 1), 4);
  t.is(nextPace(3, 10, 1), 3);
});

test('a loop that is late although it is mostly idle takes no turn away', (t) => {
  t.is(nextPace(3, 100, 0.2), 4);
});

test('while the loop is late, turns that end are not given to waiting runs', async (t) => {
  const { turns, pace, tick } = createScene(4);
  for (let run = 0; run < 4; run += 1) t.true(await turns.take(never()));
  let given = 0;
  for (let run = 0; run < 6; run += 1) void turns.take(never()).then(() => (given += 1));
  pace.keep();
  await tick(100);
  t.is(turns.atOnce, 2);
  turns.giveBack();
  turns.giveBack();
  await tick(100);
  t.is(turns.atOnce, 1);
  t.is(given, 0);
  turns.giveBack();
  turns.giveBack();
  await tick(100);
  t.is(given, 1);
  for (const expected of [2, 3, 4, 4]) {
    await tick(0);
    t.is(turns.atOnce, expected);
    t.is(given, expected);
  }
});

test('the pace is kept once, and only while a run has a turn', async (t) => {
  const { state, turns, pace, tick } = createScene(2);
  await turns.take(never());
  pace.keep();
  pace.keep();
  t.is(state.planned.length, 1);
  await tick(0);
  t.is(state.planned.length, 1);
  turns.giveBack();
  await tick(0);
  t.is(state.planned.length, 0);
});
