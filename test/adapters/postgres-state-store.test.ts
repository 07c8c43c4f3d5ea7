/** Tests the store on a real PostgreSQL server: the contract, and what only a database can do. */
import { type ArchiveItem, describeItem } from '../../src/accounts/state-archive.js';
import { openPostgresStateArchive } from '../../src/adapters/postgres-state-archive.js';
import { openPostgresStateStore } from '../../src/adapters/postgres-state-store.js';
import { migrate } from '../../src/adapters/postgres-store/migrations.js';
import { STATEMENTS } from '../../src/adapters/postgres-store/statements.js';
import { append, drop, put, readAll, testStateStore } from '../contracts/state-store.js';
import { PostgresServer, sharedServer, testWithPostgres } from './postgres-server.js';
import { findUnshared } from './shared-sql.js';
import { test } from '../test.js';

const TUNING = { connections: 4, connectTimeoutMs: 60_000, statementTimeoutMs: 60_000 };

async function freshDatabase(): Promise<string> {
  return (await sharedServer()).createDatabase();
}

testStateStore(testWithPostgres, 'PostgreSQL', async () =>
  openPostgresStateStore(await freshDatabase(), TUNING),
);

testWithPostgres('stores of two processes see and reject each other’s commits', async (t) => {
  const url = await freshDatabase();
  const [a, b] = await Promise.all([
    openPostgresStateStore(url, TUNING),
    openPostgresStateStore(url, TUNING),
  ]);
  await a.commit([put('a', 0, 'one')]);
  t.is(await b.generationOf('user', 'a'), 1);
  const settled = await Promise.allSettled(
    Array.from({ length: 24 }, (_, at) => (at % 2 === 0 ? a : b).commit([put('a', 1, String(at))])),
  );
  t.is(settled.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const each of settled) {
    if (each.status === 'rejected') t.like(each.reason, { code: 'ERR_STORE_CONFLICT' });
  }
  t.is(await a.generationOf('user', 'a'), 2);
  await Promise.all([a.close(), b.close()]);
});

testWithPostgres('commits that lock the same documents in opposite order all end', async (t) => {
  const store = await openPostgresStateStore(await freshDatabase(), TUNING);
  const requireOf = (id: string) => ({ change: 'require', kind: 'user', id, expected: 1 }) as const;
  await store.commit([put('a', 0, 'a'), put('b', 0, 'b')]);
  const settled = await Promise.allSettled(
    Array.from({ length: 40 }, (_, at) =>
      store.commit(
        at % 2 === 0 ? [requireOf('a'), put('b', 1, 'x')] : [requireOf('b'), put('a', 1, 'y')],
      ),
    ),
  );
  for (const each of settled) {
    if (each.status === 'rejected') t.like(each.reason, { code: 'ERR_STORE_CONFLICT' });
  }
  t.true(settled.some(({ status }) => status === 'fulfilled'));
  await store.close();
});

testWithPostgres('two appends to a log without entries cannot both begin it', async (t) => {
  const store = await openPostgresStateStore(await freshDatabase(), TUNING);
  // Every connection is open before the commits compete.
  await Promise.all(Array.from({ length: 8 }, () => store.findFault()));
  for (const log of ['l', 'm', 'n', 'o', 'p', 'q']) {
    const settled = await Promise.allSettled(
      Array.from({ length: 8 }, (_, at) => store.commit([append(log, 1 + 3 * at, 'x', 'y')])),
    );
    t.is(settled.filter(({ status }) => status === 'fulfilled').length, 1);
    t.is((await readAll(store, log)).length, 2);
  }
  await store.commit([drop('l', 1_000)]);
  await store.commit([append('l', 1, 'z')]);
  t.deepEqual(await readAll(store, 'l'), ['1:z']);
  await store.close();
});

testWithPostgres(
  'processes that start at once on an empty database create its tables once',
  async (t) => {
    const url = await freshDatabase();
    const stores = await Promise.all(
      Array.from({ length: 6 }, () => openPostgresStateStore(url, TUNING)),
    );
    for (const store of stores) t.is(await store.findFault(), undefined);
    await Promise.all(stores.map((store) => store.close()));
  },
);

testWithPostgres(
  'tables of a newer release, and a role that may not create them, are refused',
  async (t) => {
    const server = await sharedServer();
    const url = await freshDatabase();
    const database = url.slice(url.lastIndexOf('/') + 1);
    await server.query('postgres', 'CREATE ROLE weak LOGIN');
    await t.throwsAsync(openPostgresStateStore(server.urlOf(database, 'weak')), {
      code: 'ERR_DATABASE_SCHEMA',
    });
    await (await openPostgresStateStore(url, TUNING)).close();
    await server.query(database, 'INSERT INTO migration VALUES (99)');
    await t.throwsAsync(openPostgresStateStore(url, TUNING), { code: 'ERR_DATABASE_SCHEMA' });
    await server.query('postgres', 'DROP ROLE weak');
  },
);

testWithPostgres(
  'a database that was killed is used again, and what was committed is there',
  async (t) => {
    const server = await PostgresServer.start();
    t.teardown(() => server.close());
    const store = await openPostgresStateStore(await server.createDatabase(), TUNING);
    await store.commit([put('a', 0, 'one')]);
    await server.kill();
    t.is(await store.findFault(), 'unavailable');
    const unavailable = { code: 'ERR_STORE_UNAVAILABLE' };
    const error = await t.throwsAsync(store.find('user', 'a'), unavailable);
    t.like(error, { detail: { retryAfterMs: 2_000 } });
    await t.throwsAsync(store.commit([put('a', 1, 'two')]), unavailable);
    await server.resume();
    t.is(await store.generationOf('user', 'a'), 1);
    await store.commit([put('a', 1, 'two')]);
    await store.close();
  },
);

testWithPostgres('of several hosts, one that accepts writes is used', async (t) => {
  const url = await freshDatabase();
  const near = url.replace('owner@', `owner@${encodeURIComponent('/nowhere/at/all')},`);
  const store = await openPostgresStateStore(near, TUNING);
  await Promise.all(Array.from({ length: 8 }, (_, at) => store.commit([put(`u${at}`, 0, 'one')])));
  t.is((await store.list('user', { limit: 10 })).length, 8);
  await store.close();
});

testWithPostgres('a server that accepts no writes is not used', async (t) => {
  const server = await sharedServer();
  const url = await freshDatabase();
  const database = url.slice(url.lastIndexOf('/') + 1);
  await server.query(
    'postgres',
    `ALTER DATABASE ${database} SET default_transaction_read_only = on`,
  );
  await t.throwsAsync(openPostgresStateStore(url, TUNING), { code: 'ERR_STORE_UNAVAILABLE' });
});

testWithPostgres(
  'the contents of a database are read in order and restored elsewhere',
  async (t) => {
    const [url, other] = [await freshDatabase(), await freshDatabase()];
    const store = await openPostgresStateStore(url, TUNING);
    await store.commit([put('b', 0, 'x'), put('a', 0, 'y'), append('l', 4, 'p', 'q')]);
    await store.commit([put('a', 1, 'z')]);
    await store.close();
    const [from, to] = [await openPostgresStateArchive(url), await openPostgresStateArchive(other)];
    const items: ArchiveItem[] = [];
    for await (const item of from.items()) items.push(item);
    t.deepEqual(items.map(describeItem), [
      'document user/a at generation 2',
      'document user/b at generation 1',
      'entry 4 of l',
      'entry 5 of l',
    ]);
    for (let times = 0; times < 2; times += 1) await to.restore(items);
    for (const item of items) t.deepEqual(await to.find(item), item);
    const [first] = items;
    if (first === undefined) throw new TypeError('There are items.');
    const changed = { ...first, sealed: Uint8Array.of(9) };
    await t.throwsAsync(to.restore([changed]), { code: 'ERR_STORE_CONFLICT' });
    await Promise.all([from.close(), to.close()]);
  },
);

testWithPostgres(
  'a counter adds what replicas use until its window ends, and then begins again',
  async (t) => {
    const url = await freshDatabase();
    const [a, b] = [
      await openPostgresStateStore(url, TUNING),
      await openPostgresStateStore(url, TUNING),
    ];
    const name = 'sign@account/a';
    const first = await a.counters.add(name, 3, 3_600);
    t.is(first.total, 3);
    t.true(first.leftMs > 3_500_000 && first.leftMs <= 3_600_000, String(first.leftMs));
    // The window is that of the first use, whatever the length that the second one names.
    const second = await b.counters.add(name, 4, 7_200);
    t.is(second.total, 7);
    t.true(second.leftMs <= first.leftMs);
    // A reply with a fraction of a millisecond would not be in the contract.
    t.true(Number.isInteger(second.leftMs), String(second.leftMs));
    t.is((await b.counters.add('sign@account/b', 1, 3_600)).total, 1);
    await a.counters.removeEnded();
    t.is((await a.counters.add(name, 1, 3_600)).total, 8);
    const server = await sharedServer();
    const database = url.slice(url.lastIndexOf('/') + 1);
    await server.query(database, `UPDATE counter SET ends = now() WHERE name = '${name}'`);
    t.is((await b.counters.add(name, 2, 3_600)).total, 2);
    await server.query(database, 'UPDATE counter SET ends = now()');
    await a.counters.removeEnded();
    t.deepEqual(await server.query(database, 'SELECT name FROM counter'), []);
    await Promise.all([a.close(), b.close()]);
  },
);

testWithPostgres(
  'every statement that was sent consists of what compatible engines share',
  async (t) => {
    const server = await sharedServer();
    const sent = await server.statementsOf('sealwright');
    t.true(sent.some((text) => text.startsWith('CREATE TABLE document')));
    for (const { text } of STATEMENTS) t.true(sent.includes(text), `never sent: ${text}`);
    for (const text of sent) t.deepEqual(findUnshared(text), [], text);
  },
);

test('a server that is too old is refused before a table is created', async (t) => {
  const unused = () => Promise.reject(new TypeError('not reached'));
  const read = async () => ({ rows: [{ server_version_num: '120022' }], count: 1 });
  await t.throwsAsync(migrate({ read, write: unused, transaction: unused }), {
    code: 'ERR_DATABASE_VERSION',
  });
});

const UNSHARED = [
  'SELECT pg_advisory_xact_lock(1)',
  'LISTEN changes',
  'SELECT id FROM document FOR UPDATE SKIP LOCKED',
  'SELECT id FROM document FOR SHARE NOWAIT',
  'ALTER TABLE document ADD UNIQUE (id) DEFERRABLE INITIALLY DEFERRED',
  'CREATE TRIGGER t',
  'SELECT nextval($1)',
  "SELECT sealed ->> 'x' FROM document",
];

test('a construct that compatible engines lack is found', (t) => {
  for (const text of UNSHARED) t.not(findUnshared(text).length, 0, text);
});
