import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { until } from '../until.js';
import { startNode, type StandInNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { createNodeClient, type NodeAnswer, type NodeClient } from './node-client.js';
import { createOwner, type Owner } from './owner.js';

/** How long a test waits for a response that never arrives, and for one that does. */
const [NO_ANSWER_MS, ANSWER_MS] = [700, 60_000];

type Setting = { node: StandInNode; client: NodeClient; owner: Owner };

async function setUp(t: ExecutionContext): Promise<Setting> {
  const node = await startNode();
  t.teardown(() => node.close());
  const client = createNodeClient(node.url);
  const owner = createOwner(1);
  await client.host(owner, 'account');
  return { node, client, owner };
}

function keys({ node, owner }: Setting): readonly string[] {
  return [...node.inspect.kv(owner.spaceId('account')).keys()];
}

/** Resolves to the response, or to what happened to the connection. */
async function put(
  { client, owner }: Setting,
  timeoutMs = ANSWER_MS,
): Promise<NodeAnswer | 'reset' | 'no answer'> {
  const token = owner.token({ [`${owner.spaceId('account')}/kv/a`]: ['tinycloud.kv/put'] });
  try {
    return await client.send('/invoke', {
      method: 'POST',
      headers: { authorization: token },
      body: 'x',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'no answer' : 'reset';
  }
}

type Expected = {
  readonly answer: 'reset' | 'no answer' | { readonly status: number };
  readonly effect: boolean;
};

const KINDS: Readonly<Record<string, Expected>> = {
  'status-503': { answer: { status: 503 }, effect: false },
  redirect: { answer: { status: 302 }, effect: false },
  hang: { answer: 'no answer', effect: false },
  'hang-after': { answer: 'no answer', effect: true },
  'slow-20': { answer: { status: 200 }, effect: true },
  'reset-before': { answer: 'reset', effect: false },
  'reset-after': { answer: 'reset', effect: true },
  'half-body': { answer: 'reset', effect: true },
  'wrong-type': { answer: { status: 200 }, effect: true },
  'huge-body': { answer: { status: 200 }, effect: true },
};

for (const [kind, { answer, effect }] of Object.entries(KINDS)) {
  test(`with ${kind} the request takes ${effect ? 'effect' : 'no effect'} and the client sees the fault`, async (t) => {
    const setting = await setUp(t);
    setting.node.setFaults(`/invoke=${kind}*1`);
    const found = await put(setting, answer === 'no answer' ? NO_ANSWER_MS : ANSWER_MS);
    if (typeof answer === 'string' || typeof found === 'string') t.deepEqual(found, answer);
    else t.is(found.status, answer.status);
    // A client may give up before the node has finished.
    if (effect) await until('the node has the record', () => keys(setting).includes('a'));
    t.deepEqual(keys(setting), effect ? ['a'] : []);
    // While the node still processes a request whose client gave up, a second write conflicts with
    // it.
    const again = await until('the node is done with the first write', async () => {
      const now = await put(setting);
      return (typeof now === 'string' || now.status !== 500) && now;
    });
    t.like(again, { status: 200 }, 'the fault is used up');
  });
}

test('a wrong type is HTML and a huge body is ten megabytes', async (t) => {
  const { node, client } = await setUp(t);
  node.setFaults('/info=wrong-type*1,/info=huge-body*1');
  const html = await client.send('/info');
  t.is(html.headers.get('content-type'), 'text/html; charset=utf-8');
  t.is((await client.send('/info')).text.length, 10 * 1024 * 1024);
  t.like(JSON.parse((await client.send('/info')).text), { protocol: 1 });
});

test('a percentage limits a fault to a part of the requests', async (t) => {
  const { node, client } = await setUp(t);
  const failuresOf = async (percent: string): Promise<number> => {
    node.setFaults(`/info=status-500%${percent}`);
    let failures = 0;
    for (let sent = 0; sent < 60; sent += 1) {
      if ((await client.send('/info')).status === 500) failures += 1;
    }
    return failures;
  };
  t.is(await failuresOf('0'), 0);
  t.is(await failuresOf('100'), 60);
  // Once in 2^59 runs, all or none of them fail.
  const half = await failuresOf('50.0');
  t.true(half > 0 && half < 60, String(half));
});

test('an ability limits a fault to the requests with it', async (t) => {
  const setting = await setUp(t);
  const { node, client, owner } = setting;
  node.setFaults('/invoke:tinycloud.kv/put=status-500,/delegate:session=status-500');
  t.like(await put(setting), { status: 500 });
  t.is((await client.get(owner, 'account', 'a')).status, 404);
  t.is((await client.host(owner, 'public')).status, 200);
  const session = owner.token({ [`${owner.spaceId('account')}/kv`]: ['tinycloud.kv/get'] });
  t.is((await client.post('/delegate', session)).status, 500);
  node.setFaults('/delegate:tinycloud.space/host=status-502');
  t.is((await client.host(owner, 'secrets')).status, 502);
  t.is((await client.post('/delegate', session)).status, 200);
});

test('an added fault applies to the requests that its predicate selects until it is removed', async (t) => {
  const { node, client, owner } = await setUp(t);
  const lift = node.addFault({
    matches: ({ resources }) => resources.length === 1,
    kind: 'status-418',
  });
  t.is((await client.get(owner, 'account', 'a')).status, 418);
  t.is((await client.send('/info')).status, 200);
  lift();
  t.is((await client.get(owner, 'account', 'a')).status, 404);
});

test('an unknown specification is refused', async (t) => {
  const { node } = await setUp(t);
  for (const spec of [
    '/invoke',
    'invoke=hang',
    '/invoke=explode',
    '/invoke=hang*x',
    '/invoke=status-99',
  ]) {
    t.throws(() => node.setFaults(spec), { instanceOf: RangeError }, spec);
  }
});

test('a hook that throws resets the connection before or after the effect', async (t) => {
  for (const stop of ['before', 'after']) {
    const setting = await setUp(t);
    setting.node.onRequest((phase) => {
      if (phase === stop) throw new Error('lost on the way');
    });
    t.is(await put(setting), 'reset');
    t.deepEqual(keys(setting), stop === 'after' ? ['a'] : []);
  }
});

test('records contain route, abilities, resources and CID of every request', async (t) => {
  const setting = await setUp(t);
  const { node, owner, client } = setting;
  await put(setting);
  await client.send(`/encryption/networks/${encodeURIComponent(owner.networkId('default'))}`);
  const [host, invoke, network] = node.requests;
  t.like(host, { route: '/delegate', abilities: ['tinycloud.space/host'], status: 200 });
  t.like(invoke, {
    method: 'POST',
    route: '/invoke',
    resources: [`${owner.spaceId('account')}/kv/a`],
  });
  t.regex(invoke?.cid ?? '', /^bafkr4i/);
  t.like(network, { method: 'GET', route: '/encryption/networks', status: 404 });
  node.clearRequests();
  t.is(node.requests.length, 0);
});
