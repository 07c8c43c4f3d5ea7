/** Tests that a limit holds over replicas, and what that costs. */
import { KeyedLimiter, type LimitedKey } from '../../src/limits/keyed-limiter.js';
import { createLimiters } from '../../src/limits/limiters.js';
import type { RateLimit } from '../../src/limits/rate-classes.js';
import type { SharedCounters } from '../../src/limits/shared-counters.js';
import { SharedUses } from '../../src/limits/shared-uses.js';
import { ServiceError } from '../../src/errors.js';
import { test } from '../test.js';

const KEY: LimitedKey = { own: 'a', coarse: 'network' };
const WINDOW_S = 60;

/**
 * Counters in memory with a clock of their own, and two replicas whose clocks differ by a minute.
 */
function createScene(limit: RateLimit) {
  const state = { nowMs: 1_000_000, adds: 0, isAway: false };
  const rows = new Map<string, { uses: number; endsAtMs: number }>();
  const counters: SharedCounters = {
    add: async (name, uses, windowS) => {
      await Promise.resolve();
      if (state.isAway) throw new ServiceError('ERR_STORE_UNAVAILABLE');
      state.adds += 1;
      const known = rows.get(name);
      const row =
        known !== undefined && known.endsAtMs > state.nowMs
          ? { ...known, uses: known.uses + uses }
          : { uses, endsAtMs: state.nowMs + windowS * 1_000 };
      rows.set(name, row);
      return { total: row.uses, leftMs: row.endsAtMs - state.nowMs };
    },
    removeEnded: async () => undefined,
  };
  const replica = (shiftMs: number): KeyedLimiter => {
    const clock = (): number => state.nowMs + shiftMs;
    return new KeyedLimiter(limit, clock, new SharedUses('sign@account', limit, counters, clock));
  };
  return { state, rows, counters, a: replica(0), b: replica(60_000), c: replica(-3_000) };
}

const isAllowed = async (limiter: KeyedLimiter, key = KEY): Promise<boolean> =>
  (await limiter.take(key)).allowed;

/** Takes from the limiters in turn, and returns how often that was allowed. */
async function takeInTurn(limiters: readonly KeyedLimiter[], times: number): Promise<number> {
  let allowed = 0;
  for (let time = 0; time < times; time += 1) {
    const limiter = limiters[time % limiters.length];
    if (limiter !== undefined && (await isAllowed(limiter))) allowed += 1;
  }
  return allowed;
}

for (const count of [1, 5, 39, 40, 60, 120, 600, 1_200]) {
  test(`a limit of ${count} holds over two replicas within a tenth`, async (t) => {
    const { a, b } = createScene({ count, windowS: WINDOW_S });
    const allowed = await takeInTurn([a, b], 3 * count);
    t.true(allowed >= count && allowed <= count + Math.floor(count / 10), String(allowed));
  });
}

test('a limit that is used up on one replica is used up on the other', async (t) => {
  const { a, b } = createScene({ count: 100, windowS: WINDOW_S });
  t.is(await takeInTurn([a], 150), 100);
  t.true((await takeInTurn([b], 50)) <= 5);
});

test('a small limit is exact, also for uses at the same time', async (t) => {
  const { a, b } = createScene({ count: 5, windowS: WINDOW_S });
  const taken = await Promise.all(
    [a, b, a, b, a, b, a, b, a, b, a, b].map((each) => isAllowed(each)),
  );
  t.is(taken.filter(Boolean).length, 5);
});

test('a key with few uses causes no write, and a refused use causes none', async (t) => {
  const { state, a, b } = createScene({ count: 600, windowS: WINDOW_S });
  t.is(await takeInTurn([a], 29), 29);
  t.is(state.adds, 0);
  await takeInTurn([a], 1);
  t.is(state.adds, 1);
  await takeInTurn([a, b], 1_300);
  const { adds } = state;
  t.true(adds <= 22, String(adds));
  t.is(await takeInTurn([a, b], 200), 0);
  t.is(state.adds, adds);
});

test('the window ends for both when the shared one ends, whatever their clocks say', async (t) => {
  const { state, a, b, c } = createScene({ count: 20, windowS: WINDOW_S });
  await takeInTurn([a], 10);
  state.nowMs += 45_000;
  await takeInTurn([b, c], 20);
  t.false(await isAllowed(b));
  const { resetMs } = await b.look(KEY);
  t.is(resetMs, 15_000);
  state.nowMs += 14_999;
  t.false(await isAllowed(b));
  state.nowMs += 1;
  t.is(await takeInTurn([a, b], 40), 20);
});

test('a use that is given back can be taken again on the same replica', async (t) => {
  const { a } = createScene({ count: 1, windowS: WINDOW_S });
  (await a.take(KEY)).giveBack();
  t.true(await isAllowed(a));
  t.false(await isAllowed(a));
});

test('look sees what the others have used as of the last reply, and counts nothing', async (t) => {
  const { a, b } = createScene({ count: 2, windowS: WINDOW_S });
  t.true((await a.look(KEY)).allowed);
  await takeInTurn([a, b], 2);
  t.false((await b.look(KEY)).allowed);
  t.false(await isAllowed(a));
  t.false((await a.look(KEY)).allowed);
});

test('while the store is away each replica counts alone, and adds its uses afterwards', async (t) => {
  const { state, rows, a, b } = createScene({ count: 40, windowS: WINDOW_S });
  state.isAway = true;
  t.is(await takeInTurn([a], 50), 40);
  t.is(await takeInTurn([b], 10), 10);
  state.isAway = false;
  t.false(await isAllowed(a));
  t.true(await isAllowed(b));
  t.is(rows.get('sign@account/a')?.uses, 11);
});

test('a counter that forgets lets no replica pass more than the limit by itself', async (t) => {
  const { rows, a } = createScene({ count: 20, windowS: WINDOW_S });
  let allowed = 0;
  for (let time = 0; time < 60; time += 1) {
    rows.clear();
    if (await isAllowed(a)) allowed += 1;
  }
  t.is(allowed, 20);
});

test('limits of accounts, keys and everybody are shared, and those of addresses are not', async (t) => {
  const { state, counters } = createScene({ count: 1, windowS: WINDOW_S });
  const one = { count: 1, windowS: WINDOW_S };
  const limiters = createLimiters(
    new Map([
      ['sign@address', one],
      ['sign@account', one],
      ['sign@key', one],
      ['sign-up@total', one],
    ]),
    Date.now,
    'socket',
    counters,
  );
  await limiters.find('sign', 'address')?.limiter.take(KEY);
  t.is(state.adds, 0);
  await limiters.find('sign', 'account')?.limiter.take(KEY);
  await limiters.find('sign', 'key')?.limiter.take(KEY);
  await limiters.find('sign-up', 'total')?.limiter.take(KEY);
  t.is(state.adds, 3);
});

test('the time until a retry has whole milliseconds although the clock has fractions', async (t) => {
  const { state, a } = createScene({ count: 1, windowS: WINDOW_S });
  state.nowMs += 0.25;
  await a.take(KEY);
  state.nowMs += 1_000.5;
  const refused = await a.take(KEY);
  t.false(refused.allowed);
  t.is(refused.resetMs, 59_000);
  t.is((await a.look(KEY)).resetMs, 59_000);
});
