/**
 * Tests that an account is read back part by part after a run, and that parts that the node lost
 * are written again.
 */
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { SPACE_NAMES } from '../../src/bootstrap/account.js';
import { until } from '../until.js';
import { isAbout, planRequestOf } from './requests.js';
import { createWorld, outcomeOf, type Person, type World } from './world.js';

const spaceOf = ({ address }: Person, name = 'account'): string =>
  `tinycloud:pkh:eip155:1:${address}:${name}`;
const networkOf = ({ address }: Person): string =>
  `urn:tinycloud:encryption:did:pkh:eip155:1:${address}:default`;

/** A part of an account: how a node loses it, and whether it exists. */
type Part = {
  readonly lose: (world: World, person: Person) => void;
  readonly isThere: (world: World, person: Person) => boolean;
};

const record = (keyOf: (person: Person) => string): Part => ({
  lose: ({ node }, person) => node.inspect.deleteKv(spaceOf(person), keyOf(person)),
  isThere: ({ node }, person) => node.inspect.kv(spaceOf(person)).has(keyOf(person)),
});

const rows = (space: string, database: string, from: string, where: string): Part => ({
  lose: ({ node }, person) =>
    void node.inspect.sql(spaceOf(person, space), database, `DELETE FROM ${from} WHERE ${where}`),
  isThere: ({ node }, person) =>
    node.inspect.sql(spaceOf(person, space), database, `SELECT 1 FROM ${from} WHERE ${where}`)
      .length > 0,
});

const MIGRATIONS = '__tinycloud_sql_migrations';
const PARTS: Readonly<Record<string, Part>> = {
  'the encryption network': {
    lose: ({ node }, person) => node.inspect.deleteNetwork(networkOf(person)),
    isThere: ({ node }, person) => node.inspect.network(networkOf(person)) !== undefined,
  },
  'the marker': record(() => 'system/bootstrap/complete'),
  'the application record': record(() => 'applications/xyz.tinycloud.secrets'),
  ...Object.fromEntries(
    SPACE_NAMES.map((name) => [
      `the record of space ${name}`,
      record((person) => `spaces/${spaceOf(person, name)}`),
    ]),
  ),
  ...Object.fromEntries(
    SPACE_NAMES.map((name) => [
      `the row of space ${name}`,
      rows('account', 'account', 'spaces', `name = '${name}'`),
    ]),
  ),
  'the application row': rows('account', 'account', 'applications', '1'),
  'the state row': rows('account', 'account', 'application_state', '1'),
  'the migration of the account index': rows(
    'account',
    'account',
    MIGRATIONS,
    "id = '001_initial'",
  ),
  'the metadata of the migrations': rows('account', 'account', MIGRATIONS, "id = '000_metadata'"),
  'the migration of the secrets': rows('secrets', 'default', MIGRATIONS, "id = '001_initial'"),
  'the metadata of the secrets': rows('secrets', 'default', MIGRATIONS, "id = '000_metadata'"),
  'the table of the secrets': {
    lose: ({ node }, person) =>
      void node.inspect.sql(spaceOf(person, 'secrets'), 'default', 'DROP TABLE secret_records'),
    isThere: ({ node }, person) =>
      node.inspect.sql(
        spaceOf(person, 'secrets'),
        'default',
        "SELECT 1 FROM sqlite_master WHERE name = 'secret_records'",
      ).length > 0,
  },
  'the type of the marker': {
    lose: ({ node }, person) =>
      node.inspect.putKv(
        spaceOf(person),
        'system/bootstrap/complete',
        new TextEncoder().encode('{"v":1}'),
        { 'content-type': 'text/plain' },
      ),
    isThere: ({ node }, person) =>
      node.inspect.kv(spaceOf(person)).get('system/bootstrap/complete')?.headers['content-type'] ===
      'application/json',
  },
};

const told = (world: World, event: string, { keyId }: Person): boolean =>
  world.logs.some((line) => line.includes(`"event":"${event}"`) && line.includes(keyId));

/**
 * Completes an account, lets the node lose a part before it is read back, and then allows the
 * read-back.
 */
async function completeThenLose(
  world: World,
  person: Person,
  lose: (world: World, person: Person) => void,
): Promise<void> {
  let goOn: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  world.node.onRequest((at, request) => {
    const isReadBack = isAbout(request, person.address) && planRequestOf(request) === undefined;
    return at === 'before' && isReadBack ? held : Promise.resolve();
  });
  const { status } = outcomeOf(await world.sign(person));
  if (status === 'pending') await world.untilComplete(person);
  lose(world, person);
  world.node.onRequest(undefined);
  goOn?.();
}

async function readBackWorld(t: ExecutionContext): Promise<World> {
  const world = await createWorld({
    tuning: { readBackDelayMs: 0, retryDelaysMs: [10] },
  });
  t.teardown(() => world.close());
  return world;
}

test('each part that the node lost is detected and written again', async (t) => {
  const world = await readBackWorld(t);
  for (const [what, { lose, isThere }] of Object.entries(PARTS)) {
    const person = await world.person();
    await completeThenLose(world, person, (...at) => {
      t.true(isThere(...at), what);
      lose(...at);
      t.false(isThere(...at), what);
    });
    await until(`${what} is written again`, () => told(world, 'bootstrap-repaired', person));
    t.true(isThere(world, person), what);
  }
});

test('an account without losses is complete', async (t) => {
  const world = await readBackWorld(t);
  const person = await world.person();
  await completeThenLose(world, person, () => undefined);
  await until('it is read back', () => told(world, 'bootstrap-verified', person));
  t.false(told(world, 'bootstrap-repaired', person));
});

test('a node that loses acknowledged data again is reported, and the account stays complete', async (t) => {
  const world = await readBackWorld(t);
  const person = await world.person();
  const lose = (): void =>
    world.node.inspect.deleteKv(spaceOf(person), 'system/bootstrap/complete');
  await completeThenLose(world, person, lose);
  world.node.onRequest((at, request) => {
    if (at === 'after' && planRequestOf(request) === 'records') lose();
    return Promise.resolve();
  });
  await until('it is reported', () => told(world, 'bootstrap-unverified', person));
  t.like((await world.bootstrapOf(person)).body, { status: 'complete' });
});

test('a space that the node does not know any more lets the service look, and the account is set up again', async (t) => {
  const world = await readBackWorld(t);
  const person = await world.person();
  const spaces = SPACE_NAMES.map((name) => spaceOf(person, name));
  await completeThenLose(world, person, () => {
    for (const space of spaces) world.node.inspect.unhostSpace(space);
  });
  await until('the loss is found', () => told(world, 'bootstrap-lost', person));
  await world.untilComplete(person);
  t.true(spaces.every((space) => world.node.inspect.hostedSpaces().includes(space)));
});
