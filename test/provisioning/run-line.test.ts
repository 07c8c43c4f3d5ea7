/** Tests what is expected of a run that waits in the line before the node. */
import { ActiveRun } from '../../src/provisioning/active-run.js';
import type { AttemptEnd, RunPlace } from '../../src/provisioning/attempt-run.js';
import type { RunRecord, RunSubject } from '../../src/provisioning/run-record.js';
import { runIdOf } from '../../src/provisioning/run-record.js';
import { RunLine } from '../../src/provisioning/run-line.js';
import { Background } from '../../src/runtime/background.js';
import { test } from '../test.js';

const SECOND_MS = 1_000;
const COMPLETE = { status: 'complete', state: 'complete' } as const;

const subjectOf = (number: number): RunSubject =>
  ({ userId: `user-${number}`, keyId: `key-${number}`, chainId: 1 }) as unknown as RunSubject;

/**
 * A line whose budget says that each run waits for `placeWaitMs`, or as long as those ahead take.
 */
function createScene(freePlaces: number, placeWaitMs?: number) {
  const scene = { nowMs: 0, freePlaces };
  const budget = {
    reserve: () => {
      if (scene.freePlaces === 0) return false;
      scene.freePlaces -= 1;
      return true;
    },
    touch: async () => undefined,
    giveBack: async () => undefined,
    waitBehind: (ahead: number, runsPerSecond: number) =>
      placeWaitMs ?? ((ahead + 1) / runsPerSecond) * SECOND_MS,
    slotMs: 0,
    lookEveryMs: 1,
  };
  const context = {
    settings: { runsAtOnce: 2, runsWaiting: 100 },
    loop: { monotonicMs: () => scene.nowMs, readUse: () => 0 },
    engine: { breaker: { onChange: () => undefined, isOpen: false } },
    budget,
    monotonicMs: () => scene.nowMs,
    report: () => undefined,
  };
  const place = { context, watch: { isClockOff: false } } as unknown as RunPlace;
  const ends: ((end: AttemptEnd) => void)[] = [];
  const background = new Background();
  const line = new RunLine(place, background, () => new Promise((done) => void ends.push(done)));
  const start = (number: number): void =>
    void line.attempt(subjectOf(number), new ActiveRun(() => scene.nowMs));
  const settle = (): Promise<void> => new Promise((done) => setImmediate(done));
  /** Ends all runs that execute, at the same time. */
  const endAll = async (): Promise<void> => {
    const finished = {} as RunRecord;
    for (const end of ends.splice(0)) end({ outcome: COMPLETE, finished });
    await settle();
  };
  return Object.assign(scene, { line, start, settle, endAll, background });
}

test('a time without a place for anyone does not count as slowness', async (t) => {
  const scene = createScene(4);
  t.teardown(() => scene.background.cancelAll());
  for (let number = 0; number < 12; number += 1) scene.start(number);
  await scene.settle();
  for (let pair = 0; pair < 2; pair += 1) {
    scene.nowMs += SECOND_MS;
    await scene.endAll();
  }
  const waiting = (): number => scene.line.expectedMs(runIdOf(subjectOf(11))) ?? NaN;
  const toldBefore = waiting();
  t.true(toldBefore > 0 && toldBefore < 60 * SECOND_MS, `${toldBefore}`);
  scene.nowMs += 320 * SECOND_MS;
  scene.freePlaces = 4;
  scene.line.turns.look();
  await scene.settle();
  scene.nowMs += SECOND_MS;
  await scene.endAll();
  t.true(waiting() < 60 * SECOND_MS, `${waiting()}`);
});

test('a run may end soon only if few others are before it, by how long runs take', async (t) => {
  const scene = createScene(100, 0);
  t.teardown(() => scene.background.cancelAll());
  for (let number = 0; number < 30; number += 1) scene.start(number);
  await scene.settle();
  const mayEnd = (number: number, ms: number): boolean =>
    scene.line.mayEndWithin(runIdOf(subjectOf(number)), ms);
  t.true(mayEnd(0, 0), 'it executes, and how long it still takes is not known');
  t.false(mayEnd(2, 2_000));
  t.true(mayEnd(2, 30_000));
  t.false(mayEnd(29, 3_000));
  for (let pair = 0; pair < 10; pair += 1) {
    scene.nowMs += 20;
    await scene.endAll();
  }
  t.true(mayEnd(29, 3_000), 'the runs before it were quick');
});

test('a run does not end soon if the node has no place for it', async (t) => {
  const scene = createScene(2, 15_000);
  t.teardown(() => scene.background.cancelAll());
  for (let number = 0; number < 3; number += 1) scene.start(number);
  await scene.settle();
  const mayEnd = (ms: number): boolean => scene.line.mayEndWithin(runIdOf(subjectOf(2)), ms);
  t.false(mayEnd(10_000));
  t.true(mayEnd(20_000));
});
