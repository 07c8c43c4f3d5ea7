import { test } from '../test.js';
import { createKeyedLock } from '../../src/runtime/keyed-lock.js';

const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

test('work of one key is done in turn, of two keys at once', async (t) => {
  const lock = createKeyedLock();
  const log: string[] = [];
  const work = (key: string, name: string): Promise<void> =>
    lock.run(key, async () => {
      log.push(`${name} begins`);
      await pause();
      log.push(`${name} ends`);
    });
  await Promise.all([work('a', '1'), work('a', '2'), work('b', '3')]);
  t.deepEqual(log, ['1 begins', '3 begins', '1 ends', '2 begins', '3 ends', '2 ends']);
});

test('a key is forgotten once nobody holds it, even after a failure', async (t) => {
  const lock = createKeyedLock();
  const failing = lock.run('a', async () => Promise.reject(new Error('no')));
  t.true(lock.isLocked('a'));
  await t.throwsAsync(failing);
  t.false(lock.isLocked('a'));
});
