import { test } from './test.js';
import { ERROR_TABLE, ServiceError } from '../src/errors.js';

test('an error shows its public sentence and keeps its detail apart', (t) => {
  const error = new ServiceError('ERR_DID_INVALID', { detail: { length: 3 } });
  t.is(error.message, ERROR_TABLE.ERR_DID_INVALID.sentence);
  t.is(error.status, 400);
  t.deepEqual(error.detail, { length: 3 });
});
