import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import {
  startNode,
  type StandInNode,
  type StandInNodeOptions,
} from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { createNodeClient, type NodeClient } from './node-client.js';
import { createOwner, type Owner } from './owner.js';

const LOCKED = /^epoch insert failed: .*\(code: 517\) database is locked$/;
const LATENCY_MS = 30;

type Setting = { node: StandInNode; client: NodeClient; owner: Owner; other: Owner };

/**
 * Starts a node with latency, so that simultaneous requests overlap, and two owners with a space
 * each.
 */
async function setUp(t: ExecutionContext, options: StandInNodeOptions = {}): Promise<Setting> {
  const node = await startNode(options);
  t.teardown(() => node.close());
  const client = createNodeClient(node.url);
  const [owner, other] = [createOwner(1), createOwner(2)];
  await client.host(owner, 'account');
  await client.host(other, 'account');
  await client.sql(owner, 'account', create('t'));
  node.setLatencyMs(LATENCY_MS);
  return { node, client, owner, other };
}

function create(table: string): object {
  return { action: 'execute', sql: `CREATE TABLE IF NOT EXISTS ${table} (a)` };
}

function insert(value: number): object {
  return { action: 'execute', sql: 'INSERT INTO t VALUES (?)', params: [value] };
}

const NEIGHBOURS: Record<string, (setting: Setting) => Promise<unknown>> = {
  'a read of the same account': ({ client, owner }) => client.get(owner, 'account', 'x'),
  'a read of another account': ({ client, other }) => client.get(other, 'account', 'x'),
  'a SQL query': ({ client, owner }) =>
    client.sql(owner, 'account', { action: 'query', sql: 'SELECT 1' }, ['tinycloud.sql/read']),
  'a network creation': ({ client, owner }) =>
    client.post('/encryption/networks', owner.token({}), '{}', {
      'content-type': 'application/json',
    }),
};

for (const [name, neighbour] of Object.entries(NEIGHBOURS)) {
  test(`on SQLite a KV write that overlaps with ${name} fails and leaves only a spent token`, async (t) => {
    const setting = await setUp(t);
    const { client, owner, node } = setting;
    const token = owner.token({ [`${owner.spaceId('account')}/kv/a`]: ['tinycloud.kv/put'] });
    const [answer] = await Promise.all([client.post('/invoke', token, 'x'), neighbour(setting)]);
    t.is(answer.status, 500);
    t.regex(answer.text, LOCKED);
    t.is(node.inspect.kv(owner.spaceId('account')).size, 0);
    t.is((await client.post('/invoke', token, 'x')).status, 409);
    t.is((await client.put(owner, 'account', 'a', 'x')).status, 200);
  });

  test(`on PostgreSQL a KV write that overlaps with ${name} succeeds`, async (t) => {
    const setting = await setUp(t, { storage: 'postgres' });
    const { client, owner } = setting;
    const [answer] = await Promise.all([
      client.put(owner, 'account', 'a', 'x'),
      neighbour(setting),
    ]);
    t.is(answer.status, 200);
  });
}

test('requests sent together overlap without any latency', async (t) => {
  const { client, owner, other, node } = await setUp(t);
  node.setLatencyMs(0);
  await Promise.all([client.get(owner, 'account', 'x'), client.get(other, 'account', 'x')]);
  const answers = await Promise.all([
    client.put(owner, 'account', 'a', 'x'),
    client.put(other, 'account', 'a', 'x'),
  ]);
  t.true(answers.every(({ status }) => status === 500));
});

test('a KV write succeeds right after the response to another request', async (t) => {
  const { client, owner } = await setUp(t);
  await client.get(owner, 'account', 'x');
  t.is((await client.put(owner, 'account', 'a', 'x')).status, 200);
});

test('delegations and KV writes never conflict', async (t) => {
  const { client, owner, other } = await setUp(t);
  const answers = await Promise.all([
    client.put(owner, 'account', 'a', 'x'),
    client.host(other, 'public'),
    client.host(owner, 'secrets'),
  ]);
  t.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
});

for (const storage of ['sqlite', 'postgres'] as const) {
  test(`on ${storage} one of two overlapping writes to a SQL database returns an error, and both take effect`, async (t) => {
    const { client, owner, node } = await setUp(t, { storage });
    const answers = await Promise.all([
      client.sql(owner, 'account', insert(1)),
      client.sql(owner, 'account', insert(2)),
    ]);
    t.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 500],
    );
    const failed = answers.find(({ status }) => status === 500);
    t.is(
      failed?.text,
      'Internal error: database artifact was written from a superseded checkpoint',
    );
    const rows = node.inspect.sql(owner.spaceId('account'), 'db', 'SELECT a FROM t ORDER BY a');
    t.deepEqual(rows, [[1], [2]]);
  });

  test(`on ${storage} a SQL write that overlaps with a query or a write to another database succeeds`, async (t) => {
    const { client, owner, other } = await setUp(t, { storage });
    const answers = await Promise.all([
      client.sql(owner, 'account', insert(1)),
      client.sql(owner, 'account', { action: 'query', sql: 'SELECT a FROM t' }),
      client.sql(other, 'account', create('t')),
    ]);
    t.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
  });
}

test('latency precedes the effect and counts as in flight', async (t) => {
  const { client, owner, node } = await setUp(t);
  const phases: { readonly phase: string; readonly atMs: number }[] = [];
  node.onRequest((phase) => void phases.push({ phase, atMs: Date.now() }));
  const startedAtMs = Date.now();
  t.is((await client.put(owner, 'account', 'a', 'x')).status, 200);
  t.deepEqual(
    phases.map(({ phase }) => phase),
    ['before', 'after'],
  );
  for (const { phase, atMs } of phases) t.true(atMs - startedAtMs >= LATENCY_MS - 1, phase);
});
