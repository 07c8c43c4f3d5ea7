import { test } from '../test.js';
import { publicCodeOf } from '../../src/provisioning/public-code.js';
import { describeFailure, type FailurePlace, waitOf } from '../../src/provisioning/run-failure.js';
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

const settings = { retryDelaysMs: [1_000, 60_000], clockRetryMs: 600_000 };
const placeOf = ({ random = 128, isOutOfReach = false }): FailurePlace => ({
  engine: {
    clock: () => 0,
    randomBytes: () => Uint8Array.of(random),
    nodeClock: { isOutOfReach },
  },
  settings,
});

test('the delay before an attempt grows with the attempts and is jittered', (t) => {
  const at = (attempt: number, random: number): number =>
    describeFailure(new TypeError('x'), attempt, placeOf({ random })).nextAttemptAtMs;
  t.is(at(1, 0), 750);
  t.is(at(2, 0), 45_000);
  t.is(at(9, 0), 45_000);
  t.true(at(2, 255) > 74_000 && at(2, 255) <= 75_000);
});

test('the delay is long and fixed while the clock of the node is out of reach', (t) => {
  const error = new ServiceError('ERR_BOOTSTRAP_NODE_CLOCK');
  for (const attempt of [1, 2, 9]) {
    const place = placeOf({ isOutOfReach: true });
    t.is(describeFailure(error, attempt, place).nextAttemptAtMs, 600_000);
  }
  t.is(describeFailure(error, 1, placeOf({})).nextAttemptAtMs, 1_000);
});

test('the next attempt is never sooner than the node asks for', (t) => {
  const error = new ServiceError('ERR_NODE_BUSY', { detail: { retryAfterMs: 30_000 } });
  t.is(describeFailure(error, 1, placeOf({ random: 0 })).nextAttemptAtMs, 30_000);
  t.is(describeFailure(error, 2, placeOf({ random: 0 })).nextAttemptAtMs, 45_000);
});

test('a run does not wait for a time that was computed before our clock was set back', (t) => {
  const failure = { errorCode: 'tinycloud_bootstrap_node_failed', retryable: true };
  const waitAt = (nextAttemptAtMs: number): number =>
    waitOf({ ...failure, nextAttemptAtMs }, 0, settings);
  t.is(waitAt(-1), 0);
  t.is(waitAt(750_000), 750_000);
  t.is(waitAt(5 * 3_600_000), 0);
});
