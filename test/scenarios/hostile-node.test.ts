/** Tests a node that lies: it is refused with a code, and nothing is signed for it. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  request as httpRequest,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { encodeKeyDid } from '../../src/protocol/did.js';
import { ed25519KeyOf } from '../../src/protocol/ed25519.js';
import { delegationsOf } from './requests.js';
import { createWorld, isSignedBy, outcomeOf, type World } from './world.js';

type Reply = { readonly status: number; readonly type: string; body: Buffer };
type Lie = (request: IncomingMessage, reply: Reply) => Reply | undefined;

/** Starts a proxy in front of the stand-in that changes its responses. */
async function startLiar(
  target: string,
  lie: () => Lie,
): Promise<{ url: string; close: () => void }> {
  const forward: RequestListener = (incoming, outgoing) => {
    const options = {
      method: incoming.method,
      headers: { ...incoming.headers, connection: 'close' },
    };
    const onward = httpRequest(new URL(incoming.url ?? '/', target), options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const honest: Reply = {
          status: response.statusCode ?? 500,
          type: response.headers['content-type'] ?? 'text/plain',
          body: Buffer.concat(chunks),
        };
        const told = lie()(incoming, honest) ?? honest;
        outgoing.writeHead(told.status, { 'content-type': told.type, location: '/elsewhere' });
        outgoing.end(told.body);
      });
    });
    incoming.pipe(onward);
  };
  const server = createServer(forward);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function withLiar(
  t: ExecutionContext,
  lie: Lie,
): Promise<{ world: World; liarUrl: string; setLie: (next: Lie) => void }> {
  let current = lie;
  // The proxy is in front of the world's own node, and the service uses the proxy.
  const world = await createWorld({ tuning: { retryDelaysMs: [3_600_000] } });
  const liar = await startLiar(world.node.url, () => current);
  await world.stop();
  await world.start({ TINYCLOUD_BOOTSTRAP_HOST: liar.url });
  t.teardown(async () => {
    await world.close();
    liar.close();
  });
  return {
    world,
    liarUrl: liar.url,
    setLie: (next) => {
      current = next;
    },
  };
}

const honest: Lie = () => undefined;
const text = (body: string): Buffer => Buffer.from(body);
const otherDid = encodeKeyDid(ed25519KeyOf(new Uint8Array(32).fill(9)).publicKey);
const isPath = (request: IncomingMessage, start: string): boolean =>
  request.url?.startsWith(start) === true;
const jsonOf = (reply: Reply): Record<string, unknown> => JSON.parse(reply.body.toString());

const PEER_LIES: readonly (readonly [string, string])[] = [
  ['with a line feed', `${otherDid}\n`],
  ['that carries a second line of a request', `${otherDid}\nVersion: 1`],
  ['the same for every space', otherDid],
  ['that is no key', 'did:key:z6MkZZZZ'],
  ['of another method', 'did:web:example.com'],
  ['that is empty', ''],
];

for (const [what, did] of PEER_LIES) {
  test(`a peer ${what} is refused, and no host request is signed`, async (t) => {
    const { world } = await withLiar(t, (request, reply) =>
      isPath(request, '/peer/') ? { ...reply, body: text(did) } : undefined,
    );
    const person = await world.person();
    const message = world.appSignIn(person);
    const answer = await world.sign(person, message);
    t.true(isSignedBy(answer, message, person));
    t.like(outcomeOf(answer), { status: 'failed', errorCode: 'tinycloud_bootstrap_peer_did' });
    const kinds = [...delegationsOf(world.node, person.address).keys()];
    t.deepEqual(
      kinds.filter((kind) => kind.startsWith('host:')),
      [],
    );
  });
}

test('a different peer in a resumed run is refused, and nothing is signed for it', async (t) => {
  let delegations = 0;
  const { world, setLie } = await withLiar(t, (request, reply) => {
    if (!isPath(request, '/delegate')) return undefined;
    delegations += 1;
    // The five sessions succeed, and every host request after them appears to fail.
    return delegations > 5 ? { ...reply, status: 503, body: text('') } : undefined;
  });
  const person = await world.person();
  await world.sign(person);
  const before = delegationsOf(world.node, person.address).size;
  setLie((request, reply) =>
    isPath(request, '/peer/') && request.url?.includes('secrets') === true
      ? { ...reply, body: text(otherDid) }
      : undefined,
  );
  await world.call('POST', `/api/keys/${person.keyId}/bootstrap/retry`, { token: person.token });
  await world.bootstrapOf(person, 5_000);
  const { body } = await world.bootstrapOf(person);
  t.is(body['errorCode'], 'tinycloud_bootstrap_peer_changed');
  t.is(delegationsOf(world.node, person.address).size, before);
});

test('a node with an identity other than the pinned one receives no signature', async (t) => {
  const { world, liarUrl, setLie } = await withLiar(t, honest);
  await world.sign(await world.person());
  setLie((request, reply) =>
    isPath(request, '/info')
      ? { ...reply, body: text(JSON.stringify({ ...jsonOf(reply), nodeId: otherDid })) }
      : undefined,
  );
  await world.stop();
  await world.start({ TINYCLOUD_BOOTSTRAP_HOST: liarUrl });
  const person = await world.person();
  const answer = await world.sign(person);
  t.like(outcomeOf(answer), {
    status: 'failed',
    errorCode: 'tinycloud_bootstrap_node_changed',
  });
  t.is(delegationsOf(world.node, person.address).size, 0);
});

test('another identity behind the same address is noticed before anything is signed that names it', async (t) => {
  const { world, setLie } = await withLiar(t, honest);
  const first = await world.person();
  await world.sign(first);
  setLie((request, reply) =>
    isPath(request, '/info')
      ? { ...reply, body: text(JSON.stringify({ ...jsonOf(reply), nodeId: otherDid })) }
      : undefined,
  );
  const before = await world.counter('root_signatures');
  const { token } = first;
  await world.call('POST', `/api/keys/${first.keyId}/bootstrap/retry`, { token });
  t.is(await world.counter('root_signatures'), before);
  const person = await world.person();
  t.like(outcomeOf(await world.sign(person)), {
    status: 'failed',
    errorCode: 'tinycloud_bootstrap_node_changed',
  });
  // The five sessions of trip 1 name no node.
  t.true((await world.counter('root_signatures')) <= before + 5);
  t.false(world.node.inspect.hostedSpaces().some((id) => id.includes(person.address)));
});

test('a descriptor of another owner is refused permanently', async (t) => {
  const { world } = await withLiar(t, (request, reply) => {
    if (!isPath(request, '/encryption/networks') || reply.status !== 200) return undefined;
    const { descriptor } = jsonOf(reply) as { descriptor: object };
    const body = { descriptor: { ...descriptor, ownerDid: 'did:pkh:eip155:1:0x00' } };
    return { ...reply, body: text(JSON.stringify(body)) };
  });
  const answer = await world.sign(await world.person());
  t.like(outcomeOf(answer), {
    status: 'failed',
    errorCode: 'tinycloud_bootstrap_network_foreign',
    retryable: false,
  });
});

test('a revoked network is refused permanently', async (t) => {
  const { world } = await withLiar(t, (request, reply) => {
    if (!isPath(request, '/encryption/networks') || reply.status !== 200) return undefined;
    const { descriptor } = jsonOf(reply) as { descriptor: object };
    const body = { descriptor: { ...descriptor, state: 'revoked' } };
    return { ...reply, body: text(JSON.stringify(body)) };
  });
  const answer = await world.sign(await world.person());
  t.like(outcomeOf(answer), { errorCode: 'tinycloud_bootstrap_network_revoked', retryable: false });
});

const DELEGATE_LIES: readonly (readonly [
  string,
  string,
  (answer: Record<string, unknown>) => object,
])[] = [
  [
    'about spaces never asked',
    'space_unasked',
    (answer) => ({ ...answer, skipped: ['tinycloud:x:y'] }),
  ],
  ['about another delegation', 'cid_mismatch', (answer) => ({ ...answer, cid: 'bafkr4iother' })],
  ['of another shape', 'node_reply_invalid', () => ({ ok: true })],
];

for (const [what, code, change] of DELEGATE_LIES) {
  test(`a response ${what} is refused`, async (t) => {
    const { world } = await withLiar(t, (request, reply) =>
      isPath(request, '/delegate')
        ? { ...reply, body: text(JSON.stringify(change(jsonOf(reply)))) }
        : undefined,
    );
    const answer = await world.sign(await world.person());
    t.like(outcomeOf(answer), { status: 'failed', errorCode: `tinycloud_bootstrap_${code}` });
  });
}

test('a space that the node does not host is a failure, and its records are not written', async (t) => {
  let delegations = 0;
  const { world } = await withLiar(t, (request, reply) => {
    if (!isPath(request, '/delegate')) return undefined;
    delegations += 1;
    if (delegations <= 5) return undefined;
    const { activated, ...answer } = jsonOf(reply);
    return {
      ...reply,
      body: text(JSON.stringify({ ...answer, activated: [], skipped: activated })),
    };
  });
  const person = await world.person();
  t.like(outcomeOf(await world.sign(person)), {
    status: 'failed',
    errorCode: 'tinycloud_bootstrap_space_not_hosted',
    retryable: true,
  });
  t.is(world.node.inspect.kv(`tinycloud:pkh:eip155:1:${person.address}:account`).size, 0);
});

test('a node without a usable identity receives no signature', async (t) => {
  const { world, liarUrl, setLie } = await withLiar(t, honest);
  setLie((request, reply) =>
    isPath(request, '/info')
      ? { ...reply, body: text(JSON.stringify({ ...jsonOf(reply), nodeId: 'did:web:node' })) }
      : undefined,
  );
  await world.forget({ TINYCLOUD_BOOTSTRAP_HOST: liarUrl });
  const person = await world.person();
  t.like(outcomeOf(await world.sign(person)), {
    status: 'failed',
    errorCode: 'tinycloud_bootstrap_node_did',
  });
  t.is(await world.counter('root_signatures'), 0);
});

test('a temporary failure is reported again, and the node receives no request before the next attempt', async (t) => {
  const { world, setLie } = await withLiar(t, (request, reply) =>
    isPath(request, '/delegate') ? { ...reply, status: 503, body: text('') } : undefined,
  );
  const person = await world.person();
  const first = outcomeOf(await world.sign(person));
  t.like(first, {
    status: 'failed',
    errorCode: 'tinycloud_bootstrap_node_failed',
    retryable: true,
  });
  setLie(honest);
  world.node.clearRequests();
  const again = await world.sign(person);
  t.like(outcomeOf(again), { status: 'failed', errorCode: first.errorCode, retryable: true });
  const { retryAfterMs } = again.body['tinycloudBootstrap'] as { retryAfterMs: number };
  t.true(retryAfterMs > 60_000);
  t.is(world.node.requests.length, 0);
});

test('a permanent failure is reported again, and the node receives no more requests', async (t) => {
  const { world, setLie } = await withLiar(t, (request, reply) => {
    if (!isPath(request, '/encryption/networks') || reply.status !== 200) return undefined;
    const { descriptor } = jsonOf(reply) as { descriptor: object };
    return { ...reply, body: text(JSON.stringify({ descriptor: { ...descriptor, alg: 'x' } })) };
  });
  const person = await world.person();
  const foreign = {
    status: 'failed',
    errorCode: 'tinycloud_bootstrap_network_foreign',
    retryable: false,
  };
  t.like(outcomeOf(await world.sign(person)), foreign);
  setLie(honest);
  world.node.clearRequests();
  t.like(outcomeOf(await world.sign(person)), foreign);
  t.is(world.node.requests.length, 0);
});

test('a redirect is not followed', async (t) => {
  let followed = false;
  const { world } = await withLiar(t, (request, reply) => {
    followed ||= isPath(request, '/elsewhere');
    return isPath(request, '/delegate') ? { ...reply, status: 307 } : undefined;
  });
  const answer = await world.sign(await world.person());
  t.like(outcomeOf(answer), { errorCode: 'tinycloud_bootstrap_node_redirect' });
  t.false(followed);
});

test('ten megabytes are not read', async (t) => {
  const { world } = await withLiar(t, (request, reply) =>
    isPath(request, '/delegate') ? { ...reply, body: Buffer.alloc(10_000_000, 0x20) } : undefined,
  );
  const answer = await world.sign(await world.person());
  t.like(outcomeOf(answer), { errorCode: 'tinycloud_bootstrap_node_reply_too_large' });
});

test('the texts of a node are in no log, response or file', async (t) => {
  const secret = 'node-says-this-text';
  const { world } = await withLiar(t, (request, reply) =>
    isPath(request, '/delegate')
      ? { status: 400, type: reply.type, body: text(secret) }
      : undefined,
  );
  const person = await world.person();
  const answer = await world.sign(person);
  t.like(outcomeOf(answer), { errorCode: 'tinycloud_bootstrap_node_refused', retryable: false });
  const view = await world.bootstrapOf(person);
  t.false(
    `${JSON.stringify(answer.body)}${JSON.stringify(view.body)}${world.logs.join('')}`.includes(
      secret,
    ),
  );
});
