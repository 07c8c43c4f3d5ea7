import { mock } from 'node:test';
import { heldBytes } from '../held-bytes.js';
import { test } from '../test.js';
import { findAddressKey } from '../../src/limits/client-address.js';
import {
  KeyedLimiter,
  MAX_COARSE,
  MAX_OWN,
  type LimitedKey,
} from '../../src/limits/keyed-limiter.js';

const key = (own: string, coarse = 'network'): LimitedKey => ({ own, coarse });

/** Returns the key of a numbered /64. A /48 contains 65,536 of them. */
function subnet(number: number): LimitedKey {
  const [high, low] = [(number >> 16) & 0xffff, number & 0xffff];
  const found = findAddressKey(`2001:db8:${high.toString(16)}:${low.toString(16)}::1`);
  if (found === undefined) throw new TypeError('no address');
  return found;
}

async function flood(limiter: KeyedLimiter, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) await limiter.take(subnet(number));
}

test('a key is allowed as often as the limit permits, and does not affect another key', async (t) => {
  const limiter = new KeyedLimiter({ count: 3, windowS: 60 }, Date.now);
  const remaining: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    const { allowed, remaining: left } = await limiter.take(key('a'));
    t.true(allowed);
    remaining.push(left);
  }
  t.deepEqual(remaining, [2, 1, 0]);
  const refused = await limiter.take(key('a'));
  t.false(refused.allowed);
  t.true(refused.resetMs > 0 && refused.resetMs <= 60_000);
  t.true((await limiter.take(key('b'))).allowed);
});

test('look counts nothing and predicts the next take', async (t) => {
  const limiter = new KeyedLimiter({ count: 1, windowS: 60 }, Date.now);
  for (let time = 0; time < 5; time += 1) t.true((await limiter.look(key('a'))).allowed);
  t.is(limiter.size, 0);
  t.true((await limiter.take(key('a'))).allowed);
  t.false((await limiter.look(key('a'))).allowed);
});

test('a use that is given back can be taken again', async (t) => {
  const limiter = new KeyedLimiter({ count: 1, windowS: 60 }, Date.now);
  (await limiter.take(key('a'))).giveBack();
  t.true((await limiter.take(key('a'))).allowed);
  const refused = await limiter.take(key('a'));
  t.false(refused.allowed);
  refused.giveBack();
  t.false((await limiter.take(key('a'))).allowed);
});

test('a window ends', async (t) => {
  // The library that counts reads the system clock and sets timers of its own.
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 1_700_000_000_000 });
  t.teardown(() => mock.timers.reset());
  const limiter = new KeyedLimiter({ count: 1, windowS: 600 }, () => Date.now());
  const { giveBack } = await limiter.take(key('a'));
  const { resetMs } = await limiter.take(key('a'));
  mock.timers.tick(resetMs - 1);
  t.is(limiter.size, 1);
  mock.timers.tick(1);
  t.is(limiter.size, 0);
  t.true((await limiter.take(key('a'))).allowed);
  giveBack();
  t.false((await limiter.take(key('a'))).allowed, 'a place of the window before is gone');
});

test('no bucket stays longer than its window although the system clock is set', async (t) => {
  mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 });
  t.teardown(() => mock.timers.reset());
  for (const stepMs of [-7_200_000, 7_200_000]) {
    let nowMs = 0;
    const limiter = new KeyedLimiter({ count: 5, windowS: 600 }, () => nowMs);
    await limiter.take(key('a'));
    mock.timers.setTime(Date.now() + stepMs);
    const { resetMs } = await limiter.take(key('a'));
    t.true(resetMs <= 600_000);
    nowMs += 599_999;
    t.is(limiter.size, 1);
    nowMs += 1;
    t.is(limiter.size, 0);
  }
});

test('60,000 addresses leave a bounded number of buckets and bytes', async (t) => {
  const limiter = new KeyedLimiter({ count: 5, windowS: 600 }, Date.now);
  const before = heldBytes();
  await flood(limiter, 60_000);
  t.true(limiter.size <= MAX_OWN + MAX_COARSE);
  const heldMiB = (heldBytes() - before) / 2 ** 20;
  t.log(`${limiter.size} buckets, ${heldMiB.toFixed(1)} MiB more`);
  t.true(heldMiB < 64);
});

test('a blocked key stays blocked through a flood, and an earlier key keeps its own bucket', async (t) => {
  const limiter = new KeyedLimiter({ count: 2, windowS: 600 }, Date.now);
  const [blocked, guest] = [key('203.0.113.1', '203.0'), key('203.0.113.2', '203.0')];
  for (let time = 0; time < 3; time += 1) await limiter.take(blocked);
  await limiter.take(guest);
  await flood(limiter, 40_000);
  t.false((await limiter.take(blocked)).allowed);
  t.true((await limiter.take(guest)).allowed);
  t.false((await limiter.take(guest)).allowed);
});

test('in a flood new keys share the bucket of their network and do not affect another network', async (t) => {
  const limiter = new KeyedLimiter({ count: 2, windowS: 600 }, Date.now);
  await flood(limiter, MAX_OWN + 10);
  t.false((await limiter.take(subnet(MAX_OWN + 20))).allowed);
  t.true((await limiter.take(key('203.0.113.1', '203.0'))).allowed);
  t.true((await limiter.look(key('203.0.113.2', '203.0'))).allowed);
  t.true((await limiter.take(key('203.0.113.2', '203.0'))).allowed);
  t.false((await limiter.look(key('203.0.113.3', '203.0'))).allowed);
});

test('if there are too many networks as well, the rest share one bucket', async (t) => {
  const limiter = new KeyedLimiter({ count: 2, windowS: 600 }, Date.now);
  for (let number = 0; number < MAX_OWN + MAX_COARSE; number += 1) {
    await limiter.take(key(`own ${number}`, `network ${number}`));
  }
  t.is(limiter.size, MAX_OWN + MAX_COARSE);
  t.true((await limiter.take(key('x', 'x'))).allowed);
  t.true((await limiter.take(key('y', 'y'))).allowed);
  t.false((await limiter.take(key('z', 'z'))).allowed);
  t.is(limiter.size, MAX_OWN + MAX_COARSE);
});
