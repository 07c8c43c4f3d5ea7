/** Tests the places of a node as pure data, and what is said about the wait for one. */
import fc from 'fast-check';
import { test } from '../test.js';
import {
  laterThan,
  placesIn,
  type Slot,
  waitBehind,
  withoutPlace,
  withPlace,
} from '../../src/provisioning/place-slots.js';

const LIFETIME_MS = 330_000;
const STEP_MS = LIFETIME_MS / 66;

test('a place is added at its time and removed at the nearest one', (t) => {
  const slots = [5_000, 20_000, 5_000].reduce<readonly Slot[]>(withPlace, []);
  t.deepEqual(slots, [
    { atMs: 5_000, count: 2 },
    { atMs: 20_000, count: 1 },
  ]);
  t.is(placesIn(slots), 3);
  t.deepEqual(withoutPlace(slots, 6_000), [
    { atMs: 5_000, count: 1 },
    { atMs: 20_000, count: 1 },
  ]);
  t.deepEqual(withoutPlace(slots, 19_000), [{ atMs: 5_000, count: 2 }]);
  t.deepEqual(withoutPlace([], 0), []);
  t.deepEqual(laterThan(slots, 5_000), [{ atMs: 20_000, count: 1 }]);
});

/**
 * Returns when each run of a line begins that takes the places which are free, as often as it
 * looks.
 */
function beginnings(slots: readonly Slot[], allowed: number, runs: number, perStep: number) {
  const ends = slots.flatMap(({ atMs, count }) =>
    Array.from({ length: count }, () => atMs + LIFETIME_MS),
  );
  const begunMs: number[] = [];
  for (let nowMs = 0; begunMs.length < runs; nowMs += STEP_MS) {
    const taken = ends.filter((endMs) => endMs > nowMs).length;
    for (let run = 0; run < Math.min(perStep, allowed - taken) && begunMs.length < runs; run += 1) {
      begunMs.push(nowMs);
      ends.push(nowMs + LIFETIME_MS);
    }
  }
  return begunMs;
}

test('the wait that is told is that of a line which takes each place as soon as it is free', (t) => {
  const anySlots = fc
    .array(fc.integer({ min: -65, max: 0 }), { maxLength: 60 })
    .map((steps) => steps.map((step) => step * STEP_MS).reduce<readonly Slot[]>(withPlace, []));
  const holds = fc.property(
    anySlots,
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 0, max: 90 }),
    fc.integer({ min: 1, max: 10 }),
    (slots, allowed, ahead, perStep) => {
      const begunMs = beginnings(slots, allowed, ahead + 1, perStep)[ahead] ?? NaN;
      const toldMs = waitBehind(ahead, {
        slots,
        nowMs: 0,
        lifetimeMs: LIFETIME_MS,
        allowedAt: () => allowed,
        runsPerSecond: perStep / (STEP_MS / 1_000),
      });
      t.true(toldMs !== undefined && Math.abs(toldMs - begunMs) <= STEP_MS, `${toldMs} ${begunMs}`);
    },
  );
  fc.assert(holds, { seed: 20_261_129, numRuns: 300 });
});

test('a wait that is too far ahead is not told', (t) => {
  const outlook = { slots: [], nowMs: 0, lifetimeMs: 100, allowedAt: () => 1, runsPerSecond: 1e6 };
  t.is(typeof waitBehind(90, outlook), 'number');
  t.is(waitBehind(200, outlook), undefined);
});
