import { createHash } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import {
  generateWrapKeyPair,
  unwrapKey,
  wrapKey,
} from '../../scripts/stand-ins/tinycloud-node/encryption/key-wrap.js';
import { isSignedByDidKey } from '../../scripts/stand-ins/tinycloud-node/formats/did-key.js';
import { startNode, type StandInNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { createNodeClient, type NodeAnswer, type NodeClient } from './node-client.js';
import { createOwner, type Owner } from './owner.js';

type Body = Record<string, string | number>;
type Setting = {
  node: StandInNode;
  client: NodeClient;
  owner: Owner;
  network: string;
  body: Body;
  receiverKey: Uint8Array;
};

const DATA_KEY = new Uint8Array(32).fill(9);
const DECRYPT = 'tinycloud.encryption/decrypt';
const JSON_TYPE = { 'content-type': 'application/json' };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const canonical = (value: object): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  );

function adminToken(
  { node, owner, network }: Omit<Setting, 'body' | 'receiverKey' | 'client'>,
  action: string,
  body: string,
): string {
  const fact = {
    type: 'tinycloud.encryption.network-admin/v1',
    targetNode: node.nodeDid,
    networkId: network,
    bodyHash: sha256(body),
    action,
  };
  return owner.token({ [network]: [action] }, { aud: node.nodeDid, fct: [fact] });
}

/**
 * Starts a node with a network, and composes a request for a data key that is wrapped for that
 * network.
 */
async function setUp(t: ExecutionContext): Promise<Setting> {
  const node = await startNode();
  t.teardown(() => node.close());
  const client = createNodeClient(node.url);
  const owner = createOwner(1);
  const network = owner.networkId('default');
  const create = JSON.stringify({ name: 'default', ownerDid: owner.did });
  const action = 'tinycloud.encryption/network.create';
  const token = adminToken({ node, owner, network }, action, create);
  const created = await client.post('/encryption/networks', token, create, JSON_TYPE);
  const { descriptor }: { descriptor: { publicEncryptionKey: string } } = JSON.parse(created.text);
  const publicKey = Buffer.from(descriptor.publicEncryptionKey, 'base64');
  const receiver = generateWrapKeyPair();
  const encryptedSymmetricKey = base64(wrapKey(publicKey, DATA_KEY));
  const receiverPublicKey = base64(receiver.publicKey);
  const body: Body = {
    type: 'tinycloud.encryption.decrypt/v1',
    targetNode: node.nodeDid,
    networkId: network,
    alg: 'x25519-aes256gcm/v1',
    keyVersion: 1,
    encryptedSymmetricKey,
    encryptedSymmetricKeyHash: sha256(JSON.stringify(encryptedSymmetricKey)),
    receiverPublicKey,
    receiverPublicKeyHash: sha256(JSON.stringify(receiverPublicKey)),
  };
  return { node, client, owner, network, body, receiverKey: receiver.privateKey };
}

function factOf(body: Body): Record<string, unknown> {
  const { encryptedSymmetricKey: _key, receiverPublicKey: _receiver, ...shared } = body;
  return { ...shared, bodyHash: sha256(canonical(body)) };
}

function decryptToken({ node, owner, network }: Setting, fact: object, extra = {}): string {
  return owner.token({ [network]: [DECRYPT] }, { aud: node.nodeDid, fct: [fact], ...extra });
}

function decrypt(
  setting: Setting,
  path: '/invoke' | 'route',
  body: Body = setting.body,
  token = decryptToken(setting, factOf(body)),
): Promise<NodeAnswer> {
  const route = `/encryption/networks/${encodeURIComponent(setting.network)}/decrypt`;
  const target = path === 'route' ? route : path;
  return setting.client.post(target, token, JSON.stringify(body), JSON_TYPE);
}

for (const path of ['/invoke', 'route'] as const) {
  test(`decrypting through ${path} returns the data key to the receiver, signed by the node`, async (t) => {
    const setting = await setUp(t);
    const answer = await decrypt(setting, path);
    t.is(answer.status, 200, answer.text);
    const { nodeSignature, ...result }: Record<string, string> = JSON.parse(answer.text);
    const wrapped = Buffer.from(result['wrappedKey'] ?? '', 'base64');
    t.deepEqual(new Uint8Array(unwrapKey(setting.receiverKey, wrapped)), DATA_KEY);
    t.is(
      result['requestHash'],
      sha256(`${result['invocationCid']}${sha256(canonical(setting.body))}`),
    );
    const signature = Buffer.from(nodeSignature ?? '', 'base64');
    t.true(isSignedByDidKey(setting.node.nodeDid, signature, Buffer.from(canonical(result))));
  });
}

test('the dedicated route spends nothing, /invoke spends the token', async (t) => {
  const setting = await setUp(t);
  const token = decryptToken(setting, factOf(setting.body));
  t.is((await decrypt(setting, 'route', setting.body, token)).status, 200);
  t.is((await decrypt(setting, 'route', setting.body, token)).status, 200);
  t.is((await decrypt(setting, '/invoke', setting.body, token)).status, 200);
  t.is((await decrypt(setting, '/invoke', setting.body, token)).status, 409);
});

test('body and fact must agree with each other, the network and the node', async (t) => {
  const setting = await setUp(t);
  const { body, node, owner } = setting;
  const refusals: readonly (readonly [string, number, Body, object, object?])[] = [
    ['invocation hash mismatch: bodyHash', 401, body, { ...factOf(body), bodyHash: 'x' }],
    [
      'invocation hash mismatch: receiverPublicKeyHash',
      401,
      { ...body, receiverPublicKeyHash: 'x' },
      factOf({ ...body, receiverPublicKeyHash: 'x' }),
    ],
    [
      'invocation target node does not match this node',
      401,
      body,
      { ...factOf(body), targetNode: owner.did },
    ],
    [
      'invocation alg / key version does not match network',
      401,
      { ...body, keyVersion: 2 },
      factOf({ ...body, keyVersion: 2 }),
    ],
    ['invocation audience does not match this node', 401, body, factOf(body), { aud: owner.did }],
    ['invocation expired', 401, body, factOf(body), { exp: Math.floor(Date.now() / 1000) + 600 }],
    [
      'decrypt request body is malformed: missing encryption invocation facts',
      400,
      body,
      { ...factOf(body), more: 1 },
    ],
  ];
  for (const [text, status, sent, fact, extra] of refusals) {
    const token = decryptToken(setting, fact, extra);
    const answer = await decrypt(setting, 'route', sent, token);
    t.is(`${answer.status} ${answer.text}`, `${status} ${text}`);
  }
  t.is(node.inspect.network(setting.network) === undefined, false);
});

test('a revoked network no longer decrypts', async (t) => {
  const setting = await setUp(t);
  const path = `/encryption/networks/${encodeURIComponent(setting.network)}/revoke`;
  const action = 'tinycloud.encryption/network.revoke';
  for (const _ of [1, 2]) {
    t.is((await setting.client.post(path, adminToken(setting, action, '{}'))).status, 204);
  }
  t.is((await decrypt(setting, 'route')).text, 'network has been revoked');
  t.is((await decrypt(setting, '/invoke')).status, 403);
});
