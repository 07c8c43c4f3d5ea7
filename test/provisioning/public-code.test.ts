import { test } from '../test.js';
import { publicCodeOf } from '../../src/provisioning/public-code.js';
import { describeFailure } from '../../src/provisioning/run-failure.js';
import { ServiceError } from '../../src/errors.js';

test('an internal error has a code that callers can match, and is retried', (t) => {
  const expected = { code: 'tinycloud_bootstrap_internal', retryable: true };
  t.deepEqual(publicCodeOf(new TypeError('a bug')), expected);
  t.deepEqual(publicCodeOf('no error at all'), expected);
  t.deepEqual(publicCodeOf(new ServiceError('ERR_BOOTSTRAP_NETWORK_FOREIGN')), {
    code: 'tinycloud_bootstrap_network_foreign',
    retryable: false,
  });
});

test('the delay before an attempt grows with the attempts and is jittered', (t) => {
  const delaysMs = [1_000, 60_000];
  const at = (attempt: number, random: number): number =>
    describeFailure(new TypeError('x'), attempt, delaysMs, 0, Uint8Array.of(random))
      .nextAttemptAtMs;
  t.is(at(1, 0), 750);
  t.is(at(2, 0), 45_000);
  t.is(at(9, 0), 45_000);
  t.true(at(2, 255) > 74_000 && at(2, 255) <= 75_000);
});
