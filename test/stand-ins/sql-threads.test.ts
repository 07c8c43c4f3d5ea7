/** Tests the limit of a node on open SQL databases. */
import { test } from '../test.js';
import { until } from '../until.js';
import { startNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { SqlThreads } from '../../scripts/stand-ins/tinycloud-node/sql/sql-threads.js';
import { createNodeClient } from './node-client.js';
import { createOwner } from './owner.js';

const QUERY = { action: 'query', sql: 'SELECT 1' };
const READ = ['tinycloud.sql/read'];

test('a database beyond the limit waits until another one was idle for long enough', async (t) => {
  const sqlThreads = { threads: 2, idleMs: 300 };
  const node = await startNode({ sqlThreads, storage: 'postgres' });
  t.teardown(() => node.close());
  const client = createNodeClient(node.url);
  const owners = [createOwner(1), createOwner(2), createOwner(3)] as const;
  for (const owner of owners) await client.host(owner, 'account');
  for (const owner of owners.slice(0, 2)) await client.sql(owner, 'account', QUERY, READ);
  t.deepEqual(node.inspect.sqlThreads(), { open: 2, peak: 2, waiting: 0 });
  const third = client.sql(owners[2], 'account', QUERY, READ);
  await until('it waits', () => node.inspect.sqlThreads()?.waiting === 1);
  t.is((await client.get(owners[2], 'account', 'x')).status, 404, 'KV goes on');
  t.is((await third).status, 200);
  t.is(node.inspect.sqlThreads()?.peak, 2);
});

test('an open database is used at once, and each use keeps it open', async (t) => {
  const at = { nowMs: 0 };
  const threads = new SqlThreads({ threads: 2, idleMs: 300_000 }, () => at.nowMs);
  t.teardown(() => threads.close());
  await threads.use('a');
  await threads.use('b');
  at.nowMs += 200_000;
  await threads.use('a');
  at.nowMs += 200_000;
  t.is(threads.counts.open, 1);
  await threads.use('c');
  await threads.use('a');
  let hasBegun = false;
  const waiting = threads.use('d').then(() => {
    hasBegun = true;
  });
  await new Promise(setImmediate);
  t.false(hasBegun);
  t.is(threads.counts.waiting, 1);
  threads.close();
  await waiting;
});
