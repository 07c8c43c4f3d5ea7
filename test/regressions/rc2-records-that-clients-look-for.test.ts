/**
 * RC2: records were written under short names, with type `private`, as keys only: every sign-in
 * looked like a first one. What a client checks for must be what is there.
 */
import { test } from '../test.js';
import { createWorld } from '../scenarios/world.js';

test('RC2: the records have full ids, are owned, and stand in keys and rows alike', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  await world.sign(person);
  const prefix = `tinycloud:pkh:eip155:1:${person.address}`;
  const names = ['default', 'applications', 'account', 'secrets', 'public'];
  const kv = world.node.inspect.kv(`${prefix}:account`);
  for (const name of names) {
    const stored = kv.get(`spaces/${prefix}:${name}`);
    t.is(stored?.headers['content-type'], 'application/json', name);
    t.like(JSON.parse(Buffer.from(stored?.body ?? []).toString()), {
      space_id: `${prefix}:${name}`,
      name,
      owner_did: `did:pkh:eip155:1:${person.address}`,
      type: 'owned',
      permissions: ['*'],
      status: 'active',
    });
  }
  const rows = world.node.inspect.sql(
    `${prefix}:account`,
    'account',
    'SELECT space_id, type, permissions_json FROM spaces ORDER BY space_id',
  );
  t.deepEqual(
    rows,
    names.toSorted().map((name) => [`${prefix}:${name}`, 'owned', '["*"]']),
  );
});

test('RC2: clients of every version find what they ask for', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  await world.sign(person);
  const space = (name: string): string => `tinycloud:pkh:eip155:1:${person.address}:${name}`;
  // In a browser: three spaces hosted, and the network there.
  const hosted = world.node.inspect.hostedSpaces();
  t.true(['default', 'account', 'secrets'].every((name) => hosted.includes(space(name))));
  const network = `urn:tinycloud:encryption:did:pkh:eip155:1:${person.address}:default`;
  t.truthy(world.node.inspect.network(network));
  // 2.11 and newer: all five hosted, and a marker of version 1, stored as JSON.
  t.true(['applications', 'public'].every((name) => hosted.includes(space(name))));
  const marker = world.node.inspect.kv(space('account')).get('system/bootstrap/complete');
  t.is(marker?.headers['content-type'], 'application/json');
  t.like(JSON.parse(Buffer.from(marker?.body ?? []).toString()), { v: 1 });
  // 2.4 to 2.10: at least one row and at least one key.
  t.true(world.node.inspect.sql(space('account'), 'account', 'SELECT 1 FROM spaces').length > 0);
  const keys = [...world.node.inspect.kv(space('account')).keys()];
  t.true(keys.some((key) => key.startsWith('spaces/')));
  // Migrations find nothing to do.
  for (const [name, database, key] of [
    ['account', 'account', 'tinycloud.account.index:001_initial'],
    ['secrets', 'default', 'tinycloud.secrets.records:001_initial'],
  ] as const) {
    const sql = `SELECT 1 FROM __tinycloud_sql_migrations WHERE key = '${key}'`;
    t.is(world.node.inspect.sql(space(name), database, sql).length, 1);
  }
});
