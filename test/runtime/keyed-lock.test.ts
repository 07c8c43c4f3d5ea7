import { test } from '../test.js';
import { until } from '../until.js';
import { createKeyedLock } from '../../src/runtime/keyed-lock.js';

test('work of one key runs in sequence, and of two keys at once', async (t) => {
  const lock = createKeyedLock();
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (key: string, name: string): Promise<void> =>
    lock.run(key, async () => {
      log.push(`${name} begins`);
      await new Promise<void>((done) => ends.set(name, done));
      log.push(`${name} ends`);
    });
  const all = [work('a', '1'), work('a', '2'), work('b', '3')];
  for (const name of ['1', '3', '2']) (await until(`${name} is at work`, () => ends.get(name)))();
  await Promise.all(all);
  t.deepEqual(log.slice(0, 2), ['1 begins', '3 begins']);
  t.true(log.indexOf('2 begins') > log.indexOf('1 ends'));
});

test('a key is forgotten once no work holds it, even after a failure', async (t) => {
  const lock = createKeyedLock();
  const failing = lock.run('a', async () => Promise.reject(new Error('no')));
  t.true(lock.isLocked('a'));
  await t.throwsAsync(failing);
  t.false(lock.isLocked('a'));
});
