/**
 * Tests limits by class of work: a request over its limit is refused before anything is read,
 * parsed or computed for it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { mock } from 'node:test';
import { test } from '../test.js';
import { Wallet } from 'ethers';
import { RATE_CLASSES, type LimitName } from '../../src/limits/rate-classes.js';
import {
  createWorld,
  NO_HURRY,
  type Answer,
  type CounterName,
  type Person,
  type World,
} from './world.js';
import { OWN_ORIGIN, signedInBrowser } from './wallet-browser.js';

const COUNT = 3;
const WINDOW_S = 600;
const limited = (...names: readonly LimitName[]): string =>
  [NO_HURRY, ...names.map((name) => `${name}=${COUNT}/${WINDOW_S}`)].join(',');

const COUNTERS = ['document_reads', 'bodies_read', 'crypto_operations', 'signatures'] as const;
const countersOf = (world: World): Promise<readonly number[]> =>
  Promise.all(COUNTERS.map((name) => world.counter(name)));

const APP_ORIGIN = 'https://app.example';
const delegateBody = ({ address }: Person): object => ({
  address,
  chainId: 1,
  message: 'hello',
  type: 'message',
});

type Row = {
  readonly limit: LimitName;
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: (person: Person) => string;
  readonly body?: (world: World, person: Person) => unknown;
  /** The cost of an accepted request. Without it, an unchanged counter would prove nothing. */
  readonly costs: readonly CounterName[];
  /** Whether only a session of a browser may do it. */
  readonly inBrowser?: true;
  /** How many requests of the class the sign-in used. */
  readonly used?: number;
};

const keys = (): string => '/api/keys';
const challengePath = (): string => '/api/auth/siwe/challenge';
const verifyPath = (): string => '/api/auth/siwe/verify';
const ofKey =
  (rest: string) =>
  ({ keyId }: Person): string =>
    `/api/keys/${keyId}/${rest}`;
const NONCE = 'ab'.repeat(32);

const rowsOf = (
  limits: readonly LimitName[],
  row: Omit<Row, 'limit'>,
): readonly (Row & { readonly limit: LimitName })[] => limits.map((limit) => ({ ...row, limit }));

const ROWS: readonly Row[] = [
  { limit: 'any@address', method: 'GET', path: () => '/nothing', costs: [], used: 2 },
  { limit: 'probe@address', method: 'GET', path: () => '/openapi.json', costs: [] },
  {
    limit: 'attestation@address',
    method: 'GET',
    path: () => `/attestation?nonce=${NONCE}`,
    costs: ['crypto_operations'],
  },
  {
    limit: 'challenge@address',
    method: 'POST',
    path: challengePath,
    body: (_world, { wallet }) => ({ address: wallet.address, transport: 'bearer' }),
    costs: ['bodies_read', 'crypto_operations'],
    used: 1,
  },
  {
    limit: 'sign-in@address',
    method: 'POST',
    path: verifyPath,
    body: async (world, { wallet }) => {
      const { body } = await world.call('POST', challengePath(), {
        body: { address: wallet.address, transport: 'bearer' },
      });
      const message = String(body['message']);
      return { message, signature: await wallet.signMessage(message) };
    },
    costs: ['document_reads', 'bodies_read', 'crypto_operations'],
    used: 1,
  },
  ...rowsOf(['read@address', 'read@account'], {
    method: 'GET',
    path: keys,
    costs: ['document_reads'],
  }),
  ...rowsOf(['write@address', 'write@account'], {
    method: 'PATCH',
    path: () => '/api/account',
    body: () => ({ autoSignEnabled: true }),
    costs: ['document_reads', 'bodies_read'],
  }),
  ...rowsOf(['key-create@address', 'key-create@account'], {
    method: 'POST',
    path: keys,
    body: () => ({}),
    costs: ['document_reads', 'bodies_read', 'crypto_operations'],
  }),
  ...rowsOf(['key-export@address', 'key-export@account'], {
    inBrowser: true,
    method: 'POST',
    path: ofKey('export'),
    body: () => ({ passphrase: 'correct horse battery staple', confirmation: 'export Main' }),
    costs: ['document_reads', 'bodies_read'],
  }),
  ...rowsOf(['credential@address', 'credential@account'], {
    inBrowser: true,
    method: 'POST',
    path: () => '/api/account/credentials/wallet/challenge',
    body: () => ({ address: Wallet.createRandom().address }),
    costs: ['document_reads', 'bodies_read', 'crypto_operations'],
  }),
  ...rowsOf(['export@address', 'export@account'], {
    method: 'GET',
    path: () => '/api/account/audit',
    costs: ['document_reads'],
  }),
  ...rowsOf(['review@address', 'review@account', 'review@key'], {
    method: 'POST',
    path: ofKey('reviews'),
    body: () => ({ message: 'hello', appOrigin: APP_ORIGIN }),
    costs: ['document_reads', 'bodies_read'],
  }),
  ...rowsOf(['delegate-sign@address', 'delegate-sign@account'], {
    method: 'POST',
    path: () => '/api/delegate/sign',
    body: (_world, person) => delegateBody(person),
    costs: ['document_reads', 'bodies_read'],
  }),
  ...rowsOf(['sign@address', 'sign@account', 'sign@key'], {
    method: 'POST',
    path: ofKey('sign'),
    body: () => ({ message: 'hello' }),
    costs: ['document_reads', 'bodies_read', 'crypto_operations', 'signatures'],
  }),
  ...rowsOf(['retry@address', 'retry@account', 'retry@key'], {
    method: 'POST',
    path: ofKey('bootstrap/retry'),
    costs: ['document_reads'],
  }),
];

const forged = (token: string): string => `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`;

type Shown = { readonly token: string } | { readonly headers: Readonly<Record<string, string>> };

/** Returns the credentials of a program or a browser, and the same with the secret changed. */
async function sessionsOf(
  world: World,
  person: Person,
  inBrowser: boolean,
): Promise<{ readonly own: Shown; readonly forgery: Shown }> {
  const { token } = person;
  if (!inBrowser) return { own: { token }, forgery: { token: forged(token) } };
  const { cookie = '' } = await signedInBrowser(world, person.wallet);
  const show = (shown: string): Shown => ({
    headers: { cookie: shown, origin: OWN_ORIGIN, 'sec-fetch-site': 'same-origin' },
  });
  return { own: show(cookie), forgery: show(forged(cookie)) };
}

for (const { limit, method, path, body, costs, used = 0, inBrowser = false } of ROWS) {
  test(`over ${limit} a request is refused, and costs no read, no parse and no cryptography`, async (t) => {
    const world = await createWorld({
      env: { RATE_LIMITS: limited(limit), APP_ORIGINS: APP_ORIGIN },
    });
    t.teardown(() => world.close());
    const person = await world.person();
    const { own, forgery } = await sessionsOf(world, person, inBrowser);
    const policy = `"${limit}";q=${COUNT};w=${WINDOW_S}`;

    let before = await countersOf(world);
    for (let time = used; time < COUNT; time += 1) {
      const sent = await body?.(world, person);
      const options = sent === undefined ? own : { ...own, body: sent };
      const answer = await world.call(method, path(person), options);
      t.true(answer.status < 300 || limit === 'any@address', JSON.stringify(answer.body));
      t.true(answer.headers.get('ratelimit-policy')?.includes(policy));
      const remaining = `"${limit}";r=${COUNT - time - 1};t=`;
      t.true(answer.headers.get('ratelimit')?.includes(remaining), remaining);
    }
    const after = await countersOf(world);
    for (const name of costs) {
      const index = COUNTERS.findIndex((counter) => counter === name);
      t.true((after[index] ?? 0) > (before[index] ?? 0), name);
    }

    before = after;
    const sent = body === undefined ? {} : { body: '{"no JSON' };
    for (const shown of [own, forgery]) {
      isRefused(await world.call(method, path(person), { ...shown, ...sent }), limit);
    }
    t.deepEqual(await countersOf(world), before);

    function isRefused(answer: Answer, name: LimitName): void {
      t.is(answer.status, 429);
      t.is(answer.body['code'], 'ERR_RATE_LIMITED');
      t.is(answer.headers.get('content-type'), 'application/problem+json');
      const seconds = Number(answer.headers.get('retry-after'));
      t.true(Number.isInteger(seconds) && seconds >= 1 && seconds <= WINDOW_S);
      t.is(seconds, Math.ceil(Number(answer.body['retryAfterMs']) / 1_000));
      t.true(answer.headers.get('ratelimit')?.endsWith(`"${name}";r=0;t=${seconds}`));
      t.true(answer.headers.get('ratelimit-policy')?.endsWith(policy));
    }
  });
}

test('the table contains every limit of the classes of all routes', (t) => {
  const folder = new URL('../../../src/http/routes/', import.meta.url);
  const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const used = sources.flatMap((source) =>
    [...source.matchAll(/^ +limit: '([a-z-]+)',$/gm)].map(([, name]) => name ?? ''),
  );
  t.true(used.length > 15);
  const expected = Object.entries(RATE_CLASSES)
    .filter(([name]) => name === 'any' || used.includes(name))
    .flatMap(([name, scopes]) => Object.keys(scopes).map((scope) => `${name}@${scope}`))
    // This limit is counted where the challenge is known, and tested in
    // test/sign-in/passkey-variety.test.ts.
    .filter((name) => name !== 'sign-in@challenge');
  const listed: readonly string[] = ROWS.map(({ limit }) => limit);
  t.deepEqual([...listed, 'delegate-sign@key'].toSorted(), expected.toSorted());
});

const readKeys = (world: World, token: string): Promise<Answer> =>
  world.call('GET', '/api/keys', { token });

test('a key that only the body names is counted before anything is signed or recorded with it', async (t) => {
  const world = await createWorld({ env: { RATE_LIMITS: limited('delegate-sign@key') } });
  t.teardown(() => world.close());
  const [person, other] = [await world.person(), await world.person()];
  const ask = ({ token }: Person, body: object): Promise<Answer> =>
    world.call('POST', '/api/delegate/sign', { token, body });
  for (let time = 0; time < 2 * COUNT; time += 1) {
    const foreign = await ask(other, { ...delegateBody(person), keyId: person.keyId });
    t.is(foreign.body['code'], 'ERR_KEY_NOT_FOUND');
  }
  for (let time = 0; time < COUNT; time += 1) {
    t.is((await ask(person, delegateBody(person))).status, 200);
  }
  const before = await world.counter('crypto_operations');
  for (const keyId of [{}, { keyId: person.keyId }]) {
    const refused = await ask(person, { ...delegateBody(person), ...keyId });
    t.is(refused.status, 429);
    t.true(refused.headers.get('ratelimit')?.includes('"delegate-sign@key";r=0;t='));
  }
  t.is(await world.counter('crypto_operations'), before);
  t.is((await ask(other, delegateBody(other))).status, 200);
});

test('a forged token that names a user uses none of the limits of that user', async (t) => {
  const world = await createWorld({
    env: { RATE_LIMITS: limited('read@account', 'sign@account', 'sign@key') },
  });
  t.teardown(() => world.close());
  const victim = await world.person();
  const token = forged(victim.token);
  for (let time = 0; time < 3 * COUNT; time += 1) {
    t.is((await readKeys(world, token)).status, 401);
    t.is((await world.sign({ ...victim, token }, 'x')).status, 401);
  }
  for (let time = 0; time < COUNT; time += 1) {
    t.is((await readKeys(world, victim.token)).status, 200);
    t.is((await world.sign(victim, 'x')).status, 200);
  }
});

test('requests of another user for a key do not count, and do not reveal that it is at its limit', async (t) => {
  const world = await createWorld({ env: { RATE_LIMITS: limited('sign@key') } });
  t.teardown(() => world.close());
  const [owner, other] = [await world.person(), await world.person()];
  const foreign = { ...other, keyId: owner.keyId };
  for (let time = 0; time < 2 * COUNT; time += 1) {
    t.is((await world.sign(foreign, 'x')).body['code'], 'ERR_KEY_NOT_FOUND');
  }
  for (let time = 0; time < COUNT; time += 1) t.is((await world.sign(owner, 'x')).status, 200);
  t.is((await world.sign(owner, 'x')).body['code'], 'ERR_RATE_LIMITED');
  t.is((await world.sign(foreign, 'x')).body['code'], 'ERR_KEY_NOT_FOUND');
});

test('a user at the limit does not affect another user at the same address', async (t) => {
  const world = await createWorld({ env: { RATE_LIMITS: limited('read@account') } });
  t.teardown(() => world.close());
  const [first, second] = [await world.person(), await world.person()];
  for (let time = 0; time < COUNT; time += 1) await readKeys(world, first.token);
  t.is((await readKeys(world, first.token)).status, 429);
  t.is((await readKeys(world, second.token)).status, 200);
});

test('the limit of one key does not affect another key of the user', async (t) => {
  const world = await createWorld({ env: { RATE_LIMITS: limited('sign@key') } });
  t.teardown(() => world.close());
  const person = await world.person();
  const { body } = await world.call('POST', '/api/keys', { token: person.token, body: {} });
  for (let time = 0; time < COUNT; time += 1) await world.sign(person, 'x');
  t.is((await world.sign(person, 'x')).status, 429);
  t.is((await world.sign({ ...person, keyId: String(body['id']) }, 'x')).status, 200);
});

test('a request is accepted again after Retry-After', async (t) => {
  // The library that counts reads the system's clock, so the test moves that clock.
  mock.timers.enable({ apis: ['Date'], now: Date.now() });
  t.teardown(() => mock.timers.reset());
  const world = await createWorld({
    env: { RATE_LIMITS: `${NO_HURRY},read@account=1/600` },
    clock: () => Date.now(),
  });
  t.teardown(() => world.close());
  const { token } = await world.person();
  t.is((await readKeys(world, token)).status, 200);
  const { status, headers } = await readKeys(world, token);
  t.is(status, 429);
  mock.timers.tick(Number(headers.get('retry-after')) * 1_000);
  t.is((await readKeys(world, token)).status, 200);
});

test('behind a trusted proxy clients are identified only by the address that it wrote', async (t) => {
  const world = await createWorld({
    env: { RATE_LIMITS: limited('probe@address'), TRUSTED_PROXY_HOPS: '1' },
  });
  t.teardown(() => world.close());
  const from = async (forwardedFor: string | undefined): Promise<number> => {
    const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
    return (await world.call('GET', '/healthz', { headers })).status;
  };
  for (const left of ['', '10.0.0.1, ', 'x, ']) t.is(await from(`${left}192.0.2.1`), 200);
  t.is(await from('10.0.0.2, 192.0.2.1'), 429);
  t.is(await from('192.0.2.2'), 200);
  for (const end of ['1', '2', '3']) t.is(await from(`2001:db8::${end}`), 200);
  t.is(await from('2001:db8::4'), 429);
  for (const none of [undefined, 'unknown', '']) t.is(await from(none), 200);
  t.is(await from('another that is none'), 429);
});

test('without a trusted proxy a header changes nothing', async (t) => {
  const world = await createWorld({ env: { RATE_LIMITS: limited('probe@address') } });
  t.teardown(() => world.close());
  const statuses: number[] = [];
  for (let number = 0; number <= COUNT; number += 1) {
    const headers = { 'x-forwarded-for': `192.0.2.${number}` };
    statuses.push((await world.call('GET', '/healthz', { headers })).status);
  }
  t.deepEqual(statuses, [200, 200, 200, 429]);
});

test('a refused request with a long body ends its connection, one with a short body keeps it', async (t) => {
  const world = await createWorld({ env: { RATE_LIMITS: limited('challenge@address') } });
  t.teardown(() => world.close());
  const post = (body: string): Promise<Answer> =>
    world.call('POST', '/api/auth/siwe/challenge', { body });
  for (let time = 0; time < COUNT; time += 1) await post('{}');
  t.is((await post('{}')).headers.get('connection'), 'keep-alive');
  t.is((await post(`"${'x'.repeat(70_000)}"`)).headers.get('connection'), 'close');
});

/** A sign-in with a challenge that this service did not issue. */
const nonsense = (world: World): Promise<Answer> =>
  world.call('POST', verifyPath(), { body: { message: 'x', signature: `0x${'11'.repeat(65)}` } });

test('verifications without a challenge of ours do not use the limits of others', async (t) => {
  const world = await createWorld({
    env: { RATE_LIMITS: limited('sign-in@address', 'sign-up@address', 'sign-up@total') },
  });
  t.teardown(() => world.close());
  for (let time = 0; time < 5 * COUNT; time += 1) {
    t.is((await nonsense(world)).body['code'], 'ERR_CHALLENGE_INVALID');
  }
  t.is((await readKeys(world, (await world.person()).token)).status, 200);
  const [person] = await Promise.all([
    world.person(),
    ...Array.from({ length: 5 * COUNT }, () => nonsense(world)),
  ]);
  t.is((await readKeys(world, person.token)).status, 200);
});

test('with a shared address nothing is counted on it', async (t) => {
  const everyAddress = (Object.keys(RATE_CLASSES) as (keyof typeof RATE_CLASSES)[])
    .filter((name) => 'address' in RATE_CLASSES[name])
    .map((name) => `${name}@address` as LimitName);
  const world = await createWorld({
    env: { RATE_LIMITS: limited(...everyAddress), CLIENT_ADDRESSES: 'shared' },
  });
  t.teardown(() => world.close());
  for (let time = 0; time < 5 * COUNT; time += 1) {
    t.is((await world.call('GET', '/healthz')).status, 200);
    t.is((await nonsense(world)).status, 400);
  }
  for (let time = 0; time < 2 * COUNT; time += 1) {
    const person = await world.person();
    t.is((await readKeys(world, person.token)).status, 200);
  }
});

test('with a shared address accounts and keys are still counted', async (t) => {
  const world = await createWorld({
    env: { RATE_LIMITS: limited('sign@key', 'read@account'), CLIENT_ADDRESSES: 'shared' },
  });
  t.teardown(() => world.close());
  const person = await world.person();
  for (let time = 0; time < COUNT; time += 1) t.is((await world.sign(person, 'x')).status, 200);
  t.is((await world.sign(person, 'x')).status, 429);
  for (let time = 0; time < COUNT; time += 1) {
    t.is((await readKeys(world, person.token)).status, 200);
  }
  t.is((await readKeys(world, person.token)).status, 429);
});
