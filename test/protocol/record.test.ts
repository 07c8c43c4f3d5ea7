import { test } from '../test.js';
import { isRecord } from '../../src/protocol/record.js';

test('a record is an object that is neither null nor an array', (t) => {
  for (const value of [{}, { a: 1 }, Object.create(null)]) t.true(isRecord(value));
  for (const value of [null, undefined, [], '', 'a', 0, true, () => 1]) t.false(isRecord(value));
});
