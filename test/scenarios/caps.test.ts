/** Tests the limits on users, keys and bootstraps. */
import { test } from '../test.js';
import { testOfOneProcess } from './one-process.js';
import { Wallet } from 'ethers';
import {
  createWorld,
  isSignedBy,
  NO_HURRY,
  outcomeOf,
  type Answer,
  type Person,
  type World,
} from './world.js';

async function signIn(
  world: World,
  wallet: { address: string; signMessage(text: string): Promise<string> },
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { body } = await world.call('POST', '/api/auth/siwe/challenge', {
    body: { address: wallet.address, transport: 'bearer' },
  });
  const message = String(body['message']);
  const signature = await wallet.signMessage(message);
  return world.call('POST', '/api/auth/siwe/verify', { body: { message, signature }, headers });
}

test('over the limit of new users none are created, and known users sign in', async (t) => {
  const world = await createWorld({
    env: { RATE_LIMITS: `${NO_HURRY},sign-up@total=2/600` },
  });
  t.teardown(() => world.close());
  const [first, second, third] = [
    Wallet.createRandom(),
    Wallet.createRandom(),
    Wallet.createRandom(),
  ];
  t.is((await signIn(world, first)).status, 200);
  for (let time = 0; time < 5; time += 1) t.is((await signIn(world, first)).status, 200);
  t.is((await signIn(world, second)).status, 200);
  const refused = await signIn(world, third);
  t.is(refused.status, 429);
  t.is(refused.body['code'], 'ERR_SIGN_UP_LIMIT');
  t.true(Number(refused.headers.get('retry-after')) > 0);
  t.is((await signIn(world, first)).status, 200);
  await world.stop();
  await world.start({ RATE_LIMITS: NO_HURRY });
  const made = await signIn(world, third);
  const user = made.body['user'] as { keys: readonly unknown[] };
  t.is(user.keys.length, 1);
});

test('new users are limited per address, and other addresses keep their limit', async (t) => {
  const world = await createWorld({
    env: { RATE_LIMITS: `${NO_HURRY},sign-up@address=1/600`, TRUSTED_PROXY_HOPS: '1' },
  });
  t.teardown(() => world.close());
  const from = async (address: string): Promise<number> =>
    (await signIn(world, Wallet.createRandom(), { 'x-forwarded-for': address })).status;
  t.is(await from('192.0.2.1'), 200);
  t.is(await from('192.0.2.1'), 429);
  t.is(await from('192.0.2.2'), 200);
});

test('a failed sign-in does not count as a new user', async (t) => {
  const world = await createWorld({ env: { RATE_LIMITS: `${NO_HURRY},sign-up@total=1/600` } });
  t.teardown(() => world.close());
  const wallet = Wallet.createRandom();
  const liar = {
    address: wallet.address,
    signMessage: (text: string) => Wallet.createRandom().signMessage(text),
  };
  for (let time = 0; time < 3; time += 1) {
    t.is((await signIn(world, liar)).body['code'], 'ERR_SIGNATURE_INVALID');
  }
  t.is((await signIn(world, wallet)).status, 200);
});

const createKey = (world: World, { token }: Person): Promise<Answer> =>
  world.call('POST', '/api/keys', { token, body: {} });

test('a user has at most twenty keys, including archived ones', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  for (let number = 2; number <= 20; number += 1) {
    t.is((await createKey(world, person)).status, 201);
  }
  await world.call('POST', `/api/keys/${person.keyId}/archive`, { token: person.token });
  const last = await createKey(world, person);
  t.is(last.status, 409);
  t.is(last.body['code'], 'ERR_KEY_LIMIT');
});

test('over the daily limit of bootstraps the request is signed and the node receives no request', async (t) => {
  const world = await createWorld({ env: { RATE_LIMITS: `${NO_HURRY},bootstrap@account=1/600` } });
  t.teardown(() => world.close());
  const person = await world.person();
  t.is(outcomeOf(await world.sign(person)).status, 'complete');
  const { body } = await createKey(world, person);
  const second = { ...person, keyId: String(body['id']), address: String(body['address']) };
  const asked = world.node.requests.length;
  const message = world.appSignIn(second);
  const answer = await world.sign(second, message);
  t.true(isSignedBy(answer, message, second));
  t.like(outcomeOf(answer), {
    status: 'failed',
    state: 'failed',
    errorCode: 'tinycloud_bootstrap_limit',
    retryable: true,
  });
  const { retryAfterMs } = answer.body['tinycloudBootstrap'] as { retryAfterMs: number };
  t.true(retryAfterMs > 0 && retryAfterMs <= 600_000);
  t.is(world.node.requests.length, asked);
  t.is((await world.bootstrapOf(second)).body['status'], 'none');

  const other = await world.person();
  t.is(outcomeOf(await world.sign(other)).status, 'complete');
  t.is(outcomeOf(await world.sign(person)).state, 'cache-hit');
});

testOfOneProcess(
  'Each replica counts an account that both begin to set up at the same moment.',
  'simultaneous signatures for one fresh account count as one bootstrap',
  async (t) => {
    const world = await createWorld({
      env: { RATE_LIMITS: `${NO_HURRY},bootstrap@account=1/600` },
    });
    t.teardown(() => world.close());
    const person = await world.person();
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.sign(person)));
    for (const answer of answers) {
      t.is(answer.status, 200, JSON.stringify(answer.body));
      t.true(
        ['complete', 'pending'].includes(outcomeOf(answer).status),
        JSON.stringify(answer.body),
      );
    }
  },
);
