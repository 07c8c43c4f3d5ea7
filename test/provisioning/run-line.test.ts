/** Tests the time that a run is told which waits in the line before the node. */
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

/** A line whose budget says that each run waits for as long as those ahead of it take. */
function createScene(freePlaces: number) {
  const scene = { nowMs: 0, freePlaces };
  const budget = {
    reserve: () => {
      if (scene.freePlaces === 0) return false;
      scene.freePlaces -= 1;
      return true;
    },
    touch: async () => undefined,
    giveBack: async () => undefined,
    waitBehind: (ahead: number, runsPerSecond: number) => ((ahead + 1) / runsPerSecond) * SECOND_MS,
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
