import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNode, type StandInNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { createNodeClient } from './node-client.js';
import { createOwner } from './owner.js';

function temporaryDirectory(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'stand-in-node-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function open(t: ExecutionContext, dataDir: string): Promise<StandInNode> {
  const node = await startNode({ dataDir });
  t.teardown(() => node.close());
  return node;
}

test('everything survives a restart: spaces, delegations, values, tables, networks, spent tokens', async (t) => {
  const dataDir = temporaryDirectory(t);
  const owner = createOwner(1);
  const space = owner.spaceId('account');
  const network = owner.networkId('default');
  const before = await open(t, dataDir);
  const client = createNodeClient(before.url);
  await client.host(owner, 'account');
  const token = owner.token({ [`${space}/kv/a`]: ['tinycloud.kv/put'] });
  await client.post('/invoke', token, 'x', { 'content-type': 'text/x-test' });
  await client.sql(owner, 'account', { action: 'execute', sql: 'CREATE TABLE t (a)' });
  await client.sql(owner, 'account', { action: 'execute', sql: 'INSERT INTO t VALUES (1)' });
  const body = JSON.stringify({ name: 'default', ownerDid: owner.did });
  await createNetwork(before, body);
  const descriptor = await client.send(`/encryption/networks/${encodeURIComponent(network)}`);
  t.is(descriptor.status, 200, descriptor.text);
  await before.close();

  const after = await open(t, dataDir);
  const again = createNodeClient(after.url);
  t.is(after.nodeDid, before.nodeDid);
  t.deepEqual(after.inspect.hostedSpaces(), [space]);
  t.is(after.inspect.delegations().length, 1);
  t.is((await again.post('/invoke', token, 'x')).status, 409);
  const value = await again.get(owner, 'account', 'a');
  t.is(value.text, 'x');
  t.is(value.headers.get('content-type'), 'text/x-test');
  t.deepEqual(after.inspect.sql(space, 'db', 'SELECT a FROM t'), [[1]]);
  const insert = { action: 'execute', sql: 'INSERT INTO t VALUES (2)' };
  t.is((await again.sql(owner, 'account', insert)).status, 200);
  t.deepEqual(
    JSON.parse((await again.send(`/encryption/networks/${encodeURIComponent(network)}`)).text),
    JSON.parse(descriptor.text),
  );
  t.is((await createNetwork(after, body)).status, 409);

  function createNetwork(node: StandInNode, text: string): ReturnType<typeof client.send> {
    const action = 'tinycloud.encryption/network.create';
    const fact = {
      type: 'tinycloud.encryption.network-admin/v1',
      targetNode: node.nodeDid,
      networkId: network,
      bodyHash: createHash('sha256').update(text).digest('hex'),
      action,
    };
    const signed = owner.token({ [network]: [action] }, { aud: node.nodeDid, fct: [fact] });
    return createNodeClient(node.url).post('/encryption/networks', signed, text, {
      'content-type': 'application/json',
    });
  }
});

test('an incomplete line is dropped, and the next one follows correctly', async (t) => {
  const dataDir = temporaryDirectory(t);
  const owner = createOwner(1);
  const first = await open(t, dataDir);
  await createNodeClient(first.url).host(owner, 'account');
  await first.close();
  appendFileSync(join(dataDir, 'effects.jsonl'), '[{"kind":"host","space":"tinycloud:key');
  const second = await open(t, dataDir);
  t.deepEqual(second.inspect.hostedSpaces(), [owner.spaceId('account')]);
  await createNodeClient(second.url).host(owner, 'public');
  await second.close();
  const third = await open(t, dataDir);
  t.is(third.inspect.hostedSpaces().length, 2);
});

test('an effect is on disk before the hook after it and the response', async (t) => {
  const dataDir = temporaryDirectory(t);
  const owner = createOwner(1);
  const node = await open(t, dataDir);
  const seen: number[] = [];
  node.onRequest(async (phase) => {
    if (phase === 'before') return;
    const copy = await startNode({ dataDir });
    seen.push(copy.inspect.hostedSpaces().length);
    await copy.close();
  });
  await createNodeClient(node.url).host(owner, 'account');
  t.deepEqual(seen, [1]);
});
