import { createExportTurns } from '../../src/signing/export-key.js';
import { codeOf } from '../protocol/code-of.js';
import { test } from '../test.js';

test('exports run one at a time, a few wait, and a failure does not stop the next', async (t) => {
  const turns = createExportTurns(true);
  const order: string[] = [];
  let release: (() => void) | undefined;
  const first = turns.run(
    () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
  );
  const failing = turns.run(async () => {
    order.push('second');
    throw new RangeError('it fails');
  });
  const rest = Array.from({ length: 6 }, (_, at) =>
    turns.run(async () => void order.push(`later ${at}`)),
  );
  t.is(
    codeOf(() => turns.run(async () => undefined)),
    'ERR_KEY_EXPORT_BUSY',
  );
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(order, []);
  release?.();
  await first;
  await t.throwsAsync(failing, { instanceOf: RangeError });
  await Promise.all(rest);
  t.is(order.length, 7);
  await t.notThrowsAsync(turns.run(async () => undefined));
});
