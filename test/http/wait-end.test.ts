/** Tests until when a response waits for the setup of an account. */
import { waitEndOf } from '../../src/http/routes/sign-routes.js';
import type { Services } from '../../src/http/services.js';
import { test } from '../test.js';

const config = { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: 2_500 } as Services['config'];
const endWith = (prefer?: string): number =>
  waitEndOf(
    { receivedAtMs: 40_000, header: (name) => (name === 'prefer' ? prefer : name) },
    config,
  );

test('the budget begins when the request arrives', (t) => {
  t.is(endWith(), 42_500);
  t.is(endWith('return=minimal'), 42_500);
});

test('a response that is preferred at once does not wait', (t) => {
  t.is(endWith('respond-async'), 40_000);
  t.is(endWith('return=minimal, Respond-Async '), 40_000);
});
