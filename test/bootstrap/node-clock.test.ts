import { test } from '../test.js';
import { MAX_CORRECTION_MS, NodeClock } from '../../src/bootstrap/node-clock.js';
import { createNodeWriteLock } from '../../src/bootstrap/node-write-lock.js';

/** Two clocks of this process, the first of which can be set. */
function createClocks() {
  const at = { nowMs: 1_800_000_000_000, monotonicMs: 5_000 };
  const nodeClock = new NodeClock({ clock: () => at.nowMs, monotonicMs: () => at.monotonicMs });
  const pass = (ms: number): void => {
    at.nowMs += ms;
    at.monotonicMs += ms;
  };
  /** One reply of a node that is ahead by this much, after 200 ms. */
  const ask = (aheadMs: number): void => {
    const sentAtMs = at.monotonicMs;
    pass(100);
    const dateMs = Math.floor((at.nowMs + aheadMs) / 1_000) * 1_000;
    pass(100);
    nodeClock.note(dateMs, sentAtMs);
  };
  return { at, nodeClock, pass, ask };
}

const isNear = (a: number | undefined, b: number): boolean => Math.abs((a ?? Infinity) - b) <= 500;

test('the offset of the node is measured at the middle of the request', (t) => {
  const { nodeClock, pass, ask } = createClocks();
  t.is(nodeClock.offsetMs, undefined);
  t.is(nodeClock.correctionMs, 0);
  for (const restMs of [0, 137, 333, 610, 904]) {
    pass(restMs);
    ask(90_000);
  }
  t.true(isNear(nodeClock.offsetMs, 90_000));
  t.is(nodeClock.correctionMs, nodeClock.offsetMs ?? 0);
});

test('two odd replies of five change nothing, and three replies follow a clock that was set', (t) => {
  const { nodeClock, ask } = createClocks();
  for (let reply = 0; reply < 5; reply += 1) ask(10_000);
  ask(200_000);
  ask(-200_000);
  t.true(isNear(nodeClock.offsetMs, 10_000));
  for (let reply = 0; reply < 3; reply += 1) ask(100_000);
  t.true(isNear(nodeClock.offsetMs, 100_000));
});

test('a correction is bounded, and a clock out of reach is not followed at all', (t) => {
  for (const [aheadMs, correctionMs, isOutOfReach] of [
    [200_000, MAX_CORRECTION_MS, false],
    [-200_000, -MAX_CORRECTION_MS, false],
    [299_000, MAX_CORRECTION_MS, false],
    [302_000, 0, true],
    [-302_000, 0, true],
    [86_400_000, 0, true],
  ] as const) {
    const { nodeClock, ask } = createClocks();
    for (let reply = 0; reply < 5; reply += 1) ask(aheadMs);
    t.is(nodeClock.correctionMs, correctionMs, String(aheadMs));
    t.is(nodeClock.isOutOfReach, isOutOfReach, String(aheadMs));
  }
});

test('the offset follows at once when our own clock is set', (t) => {
  const { at, nodeClock, ask } = createClocks();
  for (let reply = 0; reply < 5; reply += 1) ask(1_000);
  at.nowMs -= 5 * 3_600_000;
  t.true(isNear(nodeClock.offsetMs, 5 * 3_600_000 + 1_000));
  t.true(nodeClock.isOutOfReach);
  at.nowMs += 5 * 3_600_000;
  t.true(isNear(nodeClock.offsetMs, 1_000));
});

test('a reply without a date is no sample', (t) => {
  const { nodeClock } = createClocks();
  nodeClock.note(undefined, 0);
  t.is(nodeClock.offsetMs, undefined);
});

test('writes run alone for ten minutes after a contention, whatever the wall clock says', async (t) => {
  let nowMs = 0;
  const lock = createNodeWriteLock(() => nowMs);
  const overlap = async (): Promise<boolean> => {
    let isReading = false;
    let overlapped = false;
    let end = (): void => undefined;
    const read = lock.read(async () => {
      isReading = true;
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      isReading = false;
    });
    const write = lock.write(async () => {
      overlapped = isReading;
    });
    await new Promise(setImmediate);
    end();
    await Promise.all([read, write]);
    return overlapped;
  };
  t.true(await overlap());
  lock.noteContention();
  nowMs += 599_999;
  t.false(await overlap());
  nowMs += 1;
  t.true(await overlap());
});
