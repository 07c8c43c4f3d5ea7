/** Tests that an existing account keeps every value, and that only missing parts are added. */
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { testOfOneProcess } from './one-process.js';
import { createHash } from 'node:crypto';
import { until } from '../until.js';
import { delegationsOf, isAbout } from './requests.js';
import { createWorld, outcomeOf, type Person, type World, type WorldOptions } from './world.js';

const APPLICATION_KEY = 'applications/xyz.tinycloud.secrets';
const MARKER_KEY = 'system/bootstrap/complete';
const json = { 'content-type': 'application/json' };
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const accountOf = ({ address }: Person): string => `tinycloud:pkh:eip155:1:${address}:account`;

/**
 * Provisions an account, then lets another deployment find it: the same node, without any memory of
 * it.
 */
async function meetAgain(world: World, person: Person): Promise<Person> {
  await world.sign(person);
  await world.forget();
  return world.person(person.wallet);
}

function textOf(world: World, person: Person, key: string): string | undefined {
  const value = world.node.inspect.kv(accountOf(person)).get(key);
  return value === undefined ? undefined : Buffer.from(value.body).toString();
}

function digestOf(world: World, person: Person): string {
  const hash = createHash('sha256');
  const records = [...world.node.inspect.kv(accountOf(person))].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  for (const [key, { body }] of records) hash.update(key).update(body);
  for (const table of [
    'spaces',
    'applications',
    'application_state',
    '__tinycloud_sql_migrations',
  ]) {
    const rows = world.node.inspect.sql(
      accountOf(person),
      'account',
      `SELECT * FROM ${table} ORDER BY 1`,
    );
    hash.update(JSON.stringify(rows));
  }
  return hash.digest('hex');
}

test('a complete account is not changed, and no space is hosted again', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const again = await meetAgain(world, person);
  t.is(again.address, person.address);
  const before = digestOf(world, person);
  const answer = await world.sign(again);
  t.like(outcomeOf(answer), { status: 'complete', state: 'complete' });
  t.is(digestOf(world, person), before);
  const hosts = [...delegationsOf(world.node, person.address)].filter(([kind]) =>
    kind.startsWith('host:'),
  );
  t.true(hosts.every(([, cids]) => cids.size === 1));
});

test('an older record, an older manifest, an extra row and an extra key survive', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const again = await meetAgain(world, person);
  const account = accountOf(person);
  const older = { app_id: 'xyz.tinycloud.secrets', manifest: { old: true } };
  world.node.inspect.putKv(account, APPLICATION_KEY, bytes(older), json);
  world.node.inspect.putKv(account, 'spaces/of-somebody', bytes({ mine: 1 }), json);
  world.node.inspect.sql(account, 'account', 'UPDATE applications SET manifest_json = \'["old"]\'');
  world.node.inspect.sql(
    account,
    'account',
    "UPDATE spaces SET status = 'paused' WHERE name = 'public'",
  );
  const extra = "INSERT INTO applications VALUES ('other.app', 'Other', NULL, NULL, '[]')";
  world.node.inspect.sql(account, 'account', extra);
  const before = digestOf(world, person);
  t.like(outcomeOf(await world.sign(again)), { status: 'complete' });
  t.is(digestOf(world, person), before);
});

test('missing parts are added, and nothing else is changed', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const again = await meetAgain(world, person);
  const account = accountOf(person);
  const kept = textOf(world, person, APPLICATION_KEY);
  world.node.inspect.deleteKv(account, MARKER_KEY);
  world.node.inspect.deleteKv(account, `spaces/${account}`);
  world.node.inspect.sql(account, 'account', 'DELETE FROM application_state');
  world.node.inspect.sql(account, 'account', 'DROP TABLE sync_state');
  t.like(outcomeOf(await world.sign(again)), { status: 'complete' });
  t.truthy(textOf(world, person, MARKER_KEY));
  t.truthy(textOf(world, person, `spaces/${account}`));
  t.is(textOf(world, person, APPLICATION_KEY), kept);
  t.is(world.node.inspect.sql(account, 'account', 'SELECT 1 FROM application_state').length, 1);
  t.deepEqual(world.node.inspect.sql(account, 'account', 'SELECT count(*) FROM sync_state'), [[0]]);
});

test('a marker that clients ignore is rewritten', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const again = await meetAgain(world, person);
  const marker = bytes({ v: 1 });
  world.node.inspect.putKv(accountOf(person), MARKER_KEY, marker, { 'content-type': 'text/plain' });
  await world.sign(again);
  const stored = world.node.inspect.kv(accountOf(person)).get(MARKER_KEY);
  t.is(stored?.headers['content-type'], 'application/json');
});

test('a cache hit older than a day is checked again, and a lost account is provisioned again', async (t) => {
  let nowMs = Date.now();
  const world = await createWorld({ clock: () => nowMs, node: { clock: () => nowMs } });
  t.teardown(() => world.close());
  const person = await world.person();
  await world.sign(person);
  const account = accountOf(person);
  world.node.inspect.deleteKv(account, MARKER_KEY);

  nowMs += 3_000_000;
  const soon = await world.person(person.wallet);
  world.node.clearRequests();
  t.like(outcomeOf(await world.sign(soon)), { state: 'cache-hit' });
  t.is(world.node.requests.length, 0);

  nowMs += 86_400_000;
  const later = await world.person(person.wallet);
  t.like(outcomeOf(await world.sign(later)), { state: 'cache-hit' });
  await until('the marker is back', () => textOf(world, person, MARKER_KEY));
  t.pass();
});

const DAY_MS = 86_400_000;

/**
 * Creates a world whose clock the test sets, with one account, and signs in at the time that the
 * clock shows.
 */
async function agingAccount(t: ExecutionContext, tuning: WorldOptions['tuning'] = {}) {
  let nowMs = Date.now();
  const clock = (): number => nowMs;
  const world = await createWorld({ clock, node: { clock }, tuning });
  t.teardown(() => world.close());
  const person = await world.person();
  await world.sign(person);
  const personAfter = (ms: number): Promise<Person> => {
    nowMs += ms;
    return world.person(person.wallet);
  };
  const signInAfter = async (ms: number): Promise<void> => {
    const again = await personAfter(ms);
    t.like(outcomeOf(await world.sign(again)), { state: 'cache-hit' });
  };
  const told = (event: string): number =>
    world.logs.filter((line) => line.includes(`"event":"${event}"`)).length;
  return { world, person, personAfter, signInAfter, told };
}

test('an account that the node loses repeatedly is provisioned at most twice in thirty days', async (t) => {
  const { world, person, personAfter, signInAfter, told } = await agingAccount(t);
  const lose = (): void => world.node.inspect.deleteKv(accountOf(person), MARKER_KEY);
  for (let time = 1; time <= 2; time += 1) {
    lose();
    await signInAfter(DAY_MS + 1);
    await until('the account is whole again', () => told('bootstrap-complete') === 1 + time);
  }
  lose();
  await signInAfter(DAY_MS + 1);
  await until('the loss is noticed', () => told('bootstrap-lost') === 3);
  const lost = {
    status: 'failed',
    errorCode: 'tinycloud_bootstrap_account_lost',
    retryable: false,
  };
  const again = await world.person(person.wallet);
  t.like((await world.bootstrapOf(again)).body, lost);
  t.like(outcomeOf(await world.sign(again)), lost);
  await world.stop();
  t.is(told('bootstrap-started'), 3);
  t.is(textOf(world, person, MARKER_KEY), undefined);
  // A month after the first time, one more is allowed.
  await world.start();
  t.like(outcomeOf(await world.sign(await personAfter(28 * DAY_MS))), { status: 'complete' });
  await until('the account is whole again', () => told('bootstrap-complete') === 4);
  t.truthy(textOf(world, person, MARKER_KEY));
});

test('a complete account is not provisioned again', async (t) => {
  const { world, signInAfter, told } = await agingAccount(t);
  world.node.clearRequests();
  await signInAfter(DAY_MS + 1);
  await until('the account is looked at', () => world.node.requests.length === 3);
  await world.stop();
  t.is(told('bootstrap-lost'), 0);
  t.is(told('bootstrap-started'), 1);
});

testOfOneProcess(
  'Another replica executes what waits.',
  'the next start resumes a lost account that waits to be provisioned again',
  async (t) => {
    const { world, person, signInAfter, told } = await agingAccount(t, { runsAtOnce: 1 });
    world.node.inspect.deleteKv(accountOf(person), MARKER_KEY);
    const other = await world.person();
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.node.onRequest((_at, record) =>
      isAbout(record, other.address) ? held : Promise.resolve(),
    );
    await world.sign(other, world.appSignIn(other), { prefer: 'respond-async' });
    await signInAfter(DAY_MS + 1);
    const records = async (): Promise<number> =>
      (await world.storedIds('bootstrap-run')).filter((id) => id.startsWith(person.keyId)).length;
    await until(
      'the loss is noticed and recorded',
      async () => told('bootstrap-lost') === 1 && (await records()) > 0,
    );
    const stopped = world.stop();
    release?.();
    await stopped;
    t.is(textOf(world, person, MARKER_KEY), undefined);
    await world.start();
    await until('the marker is back', () => textOf(world, person, MARKER_KEY));
    t.pass();
  },
);

test('a retry of a complete account looks at the node, and a lost account is set up again', async (t) => {
  const { world, person } = await agingAccount(t);
  const retry = () =>
    world.call('POST', `/api/keys/${person.keyId}/bootstrap/retry`, { token: person.token });
  world.node.clearRequests();
  t.is((await retry()).body['status'], 'complete');
  t.is(world.node.requests.length, 3);
  world.node.inspect.deleteKv(accountOf(person), MARKER_KEY);
  t.is((await retry()).body['status'], 'pending');
  await world.untilComplete(person);
  t.truthy(textOf(world, person, MARKER_KEY));
});

test('a node that does not answer leaves an account as it was, and is looked at again', async (t) => {
  const { world, person, signInAfter, told } = await agingAccount(t);
  world.node.inspect.deleteKv(accountOf(person), MARKER_KEY);
  world.node.setFaults('/info=status-404*1');
  await signInAfter(DAY_MS + 1);
  await world.stop();
  t.is(told('bootstrap-lost'), 0);
  await world.start();
  await signInAfter(1);
  await until('the marker is back', () => textOf(world, person, MARKER_KEY));
  t.pass();
});
