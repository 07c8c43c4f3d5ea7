import { withinDeadline } from '../../src/runtime/within-deadline.js';
import { test } from '../test.js';

const never = new Promise<string>(() => undefined);

test('work that ends in time decides, whether it resolves or rejects', async (t) => {
  const late = (): never => t.fail();
  t.is(await withinDeadline(Promise.resolve('done'), 60_000, late), 'done');
  const failed = withinDeadline(Promise.reject(new TypeError('failed')), 60_000, late);
  await t.throwsAsync(failed, { instanceOf: TypeError });
});

test('at the deadline, `late` decides by what it returns or throws', async (t) => {
  t.is(await withinDeadline(never, 0, () => 'late'), 'late');
  const thrown = withinDeadline(never, 0, () => {
    throw new RangeError('late');
  });
  await t.throwsAsync(thrown, { instanceOf: RangeError });
});
