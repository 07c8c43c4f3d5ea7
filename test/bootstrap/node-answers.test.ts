/** The replies of a node about networks, writes and its identity are checked field by field. */
import { test } from '../test.js';
import { CLOCK_TOLERANCE_MS, NodeClock } from '../../src/bootstrap/node-clock.js';
import { createNodeWriteLock } from '../../src/bootstrap/node-write-lock.js';
import { DEFAULT_LIMITS, NodeClient, type Session } from '../../src/bootstrap/node-client.js';
import { createNetwork, hasNetwork, writeRecords } from '../../src/bootstrap/node-operations.js';
import { parseBatchGet, parseInfo, parseWritten } from '../../src/bootstrap/node-replies.js';
import type { NodeReply, NodeRequest } from '../../src/bootstrap/node-transport.js';
import { networkIdOf, ownerDidOf } from '../../src/bootstrap/account.js';
import { ServiceError } from '../../src/errors.js';
import { parseAddress } from '../../src/protocol/address.js';
import { decodeUtf8, utf8 } from '../../src/protocol/bytes.js';
import { encodeKeyDid } from '../../src/protocol/did.js';
import { ed25519KeyOf } from '../../src/protocol/ed25519.js';

const NOW_MS = 1_800_000_000_000;
const owner = {
  chainId: 1,
  address: parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F'),
};
const nodeDid = encodeKeyDid(ed25519KeyOf(new Uint8Array(32).fill(9)).publicKey);
const otherDid = encodeKeyDid(ed25519KeyOf(new Uint8Array(32).fill(8)).publicKey);
const session: Session = { key: ed25519KeyOf(new Uint8Array(32).fill(1)), cid: 'bafkr4isession' };

const reply = (status: number, value: unknown, contentType = 'application/json'): NodeReply => ({
  status,
  contentType,
  retryAfterMs: undefined,
  dateMs: undefined,
  body: utf8(typeof value === 'string' ? value : JSON.stringify(value)),
});

/**
 * Creates a client whose node gives these replies in order. Also returns the requests that it
 * receives.
 */
function clientOf(...answers: readonly NodeReply[]): {
  readonly client: NodeClient;
  readonly asked: NodeRequest[];
} {
  const asked: NodeRequest[] = [];
  const waiting = [...answers];
  const transport = {
    send: (request: NodeRequest): Promise<NodeReply> => {
      asked.push(request);
      const next = waiting.shift();
      return next === undefined
        ? Promise.reject(new TypeError('asked once more'))
        : Promise.resolve(next);
    },
    close: () => Promise.resolve(),
  };
  const clock = (): number => NOW_MS;
  const environment = {
    transport,
    nodeWrites: createNodeWriteLock(clock),
    nodeClock: new NodeClock({ clock, monotonicMs: clock }),
    clock,
    monotonicMs: clock,
    randomBytes: (length: number) => new Uint8Array(length).fill(5),
    turn: () => Promise.resolve(),
    limits: { ...DEFAULT_LIMITS, retryDelayMs: 1 },
  };
  return { client: new NodeClient(environment, new AbortController().signal), asked };
}

const KEY = Buffer.alloc(32, 4).toString('base64');
const DESCRIPTOR = {
  networkId: networkIdOf(owner),
  ownerDid: ownerDidOf(owner),
  name: 'default',
  members: [{ nodeId: nodeDid }],
  threshold: { n: 1, t: 1 },
  state: 'active',
  publicEncryptionKey: KEY,
  alg: 'x25519-aes256gcm/v1',
};

const FOREIGN: readonly (readonly [string, Partial<Record<keyof typeof DESCRIPTOR, unknown>>])[] = [
  ['another network', { networkId: `${DESCRIPTOR.networkId}2` }],
  ['another owner', { ownerDid: 'did:pkh:eip155:1:0x0000000000000000000000000000000000000000' }],
  ['another name', { name: 'other' }],
  ['another member', { members: [{ nodeId: otherDid }] }],
  ['no member', { members: [] }],
  ['a second member', { members: [{ nodeId: nodeDid }, { nodeId: otherDid }] }],
  ['the same member twice', { members: [{ nodeId: nodeDid }, { nodeId: nodeDid }] }],
  ['shares of two', { threshold: { n: 2, t: 1 } }],
  ['a threshold of two', { threshold: { n: 1, t: 2 } }],
  ['no threshold', { threshold: { n: 1, t: 0 } }],
  ['another state', { state: 'pending' }],
  ['another algorithm', { alg: 'x25519-aes128gcm/v1' }],
  ['a short key', { publicEncryptionKey: Buffer.alloc(31).toString('base64') }],
  ['a long key', { publicEncryptionKey: Buffer.alloc(33).toString('base64') }],
  ['a key in another alphabet', { publicEncryptionKey: Buffer.alloc(32).toString('base64url') }],
  ['a key in another spelling', { publicEncryptionKey: `${KEY.slice(0, -2)}F=` }],
];

for (const [what, change] of FOREIGN) {
  const descriptor = { ...DESCRIPTOR, ...change };
  test(`a network with ${what} is foreign, whether new, existing or read back`, async (t) => {
    const foreign = { code: 'ERR_BOOTSTRAP_NETWORK_FOREIGN' };
    const made = clientOf(reply(200, { descriptor }));
    await t.throwsAsync(createNetwork(made.client, session, owner, nodeDid), foreign);
    const existing = clientOf(reply(409, 'exists', 'text/plain'), reply(200, { descriptor }));
    await t.throwsAsync(createNetwork(existing.client, session, owner, nodeDid), foreign);
    const read = clientOf(reply(200, { descriptor }));
    await t.throwsAsync(hasNetwork(read.client, owner, nodeDid), foreign);
  });
}

test('a revoked network is rejected with its own code, whether new, existing or read back', async (t) => {
  const revoked = reply(200, { descriptor: { ...DESCRIPTOR, state: 'revoked' } });
  const expected = { code: 'ERR_BOOTSTRAP_NETWORK_REVOKED' };
  const create = (...answers: readonly NodeReply[]): Promise<unknown> =>
    createNetwork(clientOf(...answers).client, session, owner, nodeDid);
  await t.throwsAsync(create(revoked), expected);
  await t.throwsAsync(create(reply(409, '', 'text/plain'), revoked), expected);
  await t.throwsAsync(hasNetwork(clientOf(revoked).client, owner, nodeDid), expected);
});

test('our own network is accepted, and one that exists but cannot be read is rejected', async (t) => {
  const good = reply(200, { descriptor: DESCRIPTOR });
  t.is(await createNetwork(clientOf(good).client, session, owner, nodeDid), KEY);
  const gone = clientOf(reply(409, '', 'text/plain'), reply(404, '', 'text/html'));
  await t.throwsAsync(createNetwork(gone.client, session, owner, nodeDid), {
    code: 'ERR_NODE_REPLY_INVALID',
  });
  t.true(await hasNetwork(clientOf(good).client, owner, nodeDid));
  t.false(await hasNetwork(clientOf(reply(404, '', 'text/html')).client, owner, nodeDid));
});

const WRITTEN: readonly (readonly [string, readonly string[], boolean])[] = [
  ['exactly the keys', ['b', 'a'], true],
  ['one key less', ['a'], false],
  ['one key more', ['a', 'b', 'c'], false],
  ['another key', ['a', 'c'], false],
  ['a key twice', ['a', 'a'], false],
  ['nothing', [], false],
];
for (const [what, written, accepted] of WRITTEN) {
  test(`a put acknowledged with ${what} is ${accepted ? 'done' : 'not done'}`, (t) => {
    const answer = reply(200, { written, count: written.length });
    if (accepted) t.notThrows(() => parseWritten(answer, ['a', 'b']));
    else t.throws(() => parseWritten(answer, ['a', 'b']), { code: 'ERR_NODE_REPLY_INVALID' });
  });
}

const BATCHES: readonly (readonly [string, readonly string[], boolean])[] = [
  ['each key once', ['b', 'a'], true],
  ['one key less', ['a'], false],
  ['a key twice', ['a', 'b', 'b'], false],
  ['a key twice in place of another', ['a', 'a'], false],
  ['another key', ['a', 'c'], false],
];
for (const [what, keys, accepted] of BATCHES) {
  test(`a batch that answers ${what} is ${accepted ? 'read' : 'not read'}`, (t) => {
    const answer = reply(200, { results: keys.map((key) => ({ key, ok: false })) });
    if (accepted) t.is(parseBatchGet(answer, ['a', 'b']).size, 0);
    else t.throws(() => parseBatchGet(answer, ['a', 'b']), { code: 'ERR_NODE_REPLY_INVALID' });
  });
}

test('a run fails if the node did not write its records', async (t) => {
  const { client } = clientOf(reply(200, { written: [], count: 0 }));
  const records = [{ key: 'system/bootstrap/complete', json: '{}' }];
  await t.throwsAsync(writeRecords(client, session, owner, records, 'b'), {
    code: 'ERR_NODE_REPLY_INVALID',
  });
});

for (const nodeId of [
  '',
  'did:web:node.example',
  'did:key:z6MkZZZZ',
  `${nodeDid}\n`,
  `${nodeDid}#1`,
]) {
  test(`a node with the DID ${JSON.stringify(nodeId)} has no usable identity`, (t) => {
    t.throws(() => parseInfo(reply(200, { protocol: 1, nodeId })), {
      code: 'ERR_BOOTSTRAP_NODE_DID',
    });
  });
}

test('a busy node is asked again, and its code is reported in the end', async (t) => {
  const busy = reply(429, '', 'text/plain');
  const { client, asked } = clientOf(busy, busy, busy, busy, busy);
  await t.throwsAsync(client.peer('tinycloud:x'), { code: 'ERR_NODE_BUSY' });
  t.is(asked.length, DEFAULT_LIMITS.triesPerRequest);
});

test('a node that asks for more time than a run has is not asked again in this run', async (t) => {
  const later = { ...reply(503, '', 'text/plain'), retryAfterMs: 30_000 };
  const { client, asked } = clientOf(later, later);
  const error = await t.throwsAsync(client.peer('tinycloud:x'), { code: 'ERR_NODE_FAILED' });
  t.is((error as ServiceError).detail['retryAfterMs'], 30_000);
  t.is(asked.length, 1);
});

for (const [status, code] of [
  [400, 'ERR_NODE_REFUSED'],
  [404, 'ERR_NODE_REFUSED'],
  [408, 'ERR_NODE_BUSY'],
  [425, 'ERR_NODE_BUSY'],
] as const) {
  test(`a reply of ${status} is ${code === 'ERR_NODE_BUSY' ? 'retried' : 'final'}`, async (t) => {
    const answer = reply(status, '', 'text/plain');
    const { client, asked } = clientOf(answer, answer, answer, answer, answer);
    await t.throwsAsync(client.peer('tinycloud:x'), { code });
    t.is(asked.length, code === 'ERR_NODE_BUSY' ? DEFAULT_LIMITS.triesPerRequest : 1);
    t.is(new ServiceError(code).retryable, code === 'ERR_NODE_BUSY');
  });
}

for (const text of [
  'Delegation expired or not yet valid',
  'Invocation expired or not yet valid',
  'Invocation lifetime exceeds server maximum',
]) {
  test(`"${text}" is reported as a clock problem and not retried`, async (t) => {
    const { client, asked } = clientOf(reply(401, text, 'text/plain; charset=utf-8'));
    await t.throwsAsync(client.peer('tinycloud:x'), { code: 'ERR_BOOTSTRAP_NODE_CLOCK' });
    t.is(asked.length, 1);
  });
}

test('other texts of a 401 reply are not reported as a clock problem', async (t) => {
  for (const answer of [
    reply(401, 'Unauthorized Invoker', 'text/plain'),
    reply(401, 'Invocation expired or not yet valid.', 'text/plain'),
    reply(403, 'Invocation expired or not yet valid', 'text/plain'),
  ]) {
    await t.throwsAsync(clientOf(answer).client.peer('tinycloud:x'), { code: 'ERR_NODE_REFUSED' });
  }
});

test('a token expires in the middle of the window that a node accepts', async (t) => {
  const { client, asked } = clientOf(reply(200, { descriptor: DESCRIPTOR }));
  await createNetwork(client, session, owner, nodeDid);
  const [, payload = ''] = (asked[0]?.headers?.['authorization'] ?? '').split('.');
  const claims = JSON.parse(decodeUtf8(Buffer.from(payload, 'base64url')) ?? '') as { exp: number };
  t.is(claims.exp, NOW_MS / 1_000 + 150);
  t.is(CLOCK_TOLERANCE_MS, 150_000);
});
