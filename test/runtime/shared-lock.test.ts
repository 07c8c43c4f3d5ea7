import { test } from '../test.js';
import fc from 'fast-check';
import { createSharedLock } from '../../src/runtime/shared-lock.js';

test('an exclusive holder is alone, in every interleaving', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      async (s, kinds) => {
        const lock = createSharedLock();
        let [shared, exclusive] = [0, 0];
        const ends = kinds.map((isExclusive, at) => {
          const hold = async (): Promise<void> => {
            if (isExclusive) exclusive += 1;
            else shared += 1;
            t.true(exclusive <= 1 && (exclusive === 0 || shared === 0));
            await s.schedule(Promise.resolve(), `work ${at}`);
            if (isExclusive) exclusive -= 1;
            else shared -= 1;
          };
          return isExclusive ? lock.exclusive(hold) : lock.shared(hold);
        });
        await s.waitFor(Promise.all(ends));
      },
    ),
    { numRuns: 200 },
  );
});

test('a waiting exclusive holder takes precedence over later shared ones', async (t) => {
  const lock = createSharedLock();
  const order: string[] = [];
  let release: () => void = () => undefined;
  const first = lock.shared(() => new Promise<void>((done) => (release = done)));
  const second = lock.exclusive(async () => void order.push('exclusive'));
  const third = lock.shared(async () => void order.push('shared'));
  release();
  await Promise.all([first, second, third]);
  t.deepEqual(order, ['exclusive', 'shared']);
});

test('work that fails releases the lock', async (t) => {
  const lock = createSharedLock();
  await t.throwsAsync(lock.exclusive(async () => Promise.reject(new Error('no'))));
  await t.notThrowsAsync(lock.exclusive(async () => undefined));
});
