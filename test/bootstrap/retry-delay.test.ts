import { test } from '../test.js';
import { isTriedAgain, retryDelay } from '../../src/bootstrap/retry-delay.js';
import { ServiceError } from '../../src/errors.js';

const busy = (retryAfterMs?: number): ServiceError =>
  new ServiceError('ERR_NODE_BUSY', retryAfterMs === undefined ? {} : { detail: { retryAfterMs } });
const byte = (value: number): Uint8Array => Uint8Array.of(value);

test('the delay doubles up to a ceiling, and up to half of it is left out at random', (t) => {
  t.is(retryDelay(1, busy(), 40, byte(0)), 20);
  t.true(retryDelay(1, busy(), 40, byte(255)) > 39 - 1);
  t.is(retryDelay(2, busy(), 40, byte(0)), 40);
  t.is(retryDelay(4, busy(), 40, byte(0)), 160);
  t.is(retryDelay(30, busy(), 40, byte(0)), 400);
});

test('a request is not sent again sooner than the node asks for', (t) => {
  t.is(retryDelay(1, busy(3_000), 40, byte(0)), 3_000);
  t.true(retryDelay(1, busy(3_000), 40, byte(255)) > 3_700);
});

test('a run does not wait for a node that asks for more than five seconds', (t) => {
  t.true(isTriedAgain(busy()));
  t.true(isTriedAgain(busy(5_000)));
  t.false(isTriedAgain(busy(5_001)));
  t.false(isTriedAgain(new ServiceError('ERR_NODE_TIMEOUT')));
  t.false(isTriedAgain(new TypeError('a bug')));
});
