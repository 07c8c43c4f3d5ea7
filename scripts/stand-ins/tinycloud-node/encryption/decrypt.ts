import { createHash } from 'node:crypto';
import { decodeBase64 } from '../formats/base64.js';
import type { Invocation } from '../formats/invocation.js';
import { canonicalJson } from '../formats/json-text.js';
import { isJsonObject, type Json, type JsonObject } from '../formats/json-tree.js';
import type { NetworkId } from '../formats/network-id.js';
import type { NodeContext } from '../node-context.js';
import { Refusal } from '../refusal.js';
import type { StoredNetwork } from '../store/effect.js';
import {
  canonicalHash,
  malformed,
  networkField,
  requireCapability,
  textField,
} from './admin-facts.js';
import { NETWORK_ALGORITHM } from './descriptor.js';
import { unwrapKey, wrapKey } from './key-wrap.js';

const REQUEST_TYPE = 'tinycloud.encryption.decrypt/v1';
const RESULT_TYPE = 'tinycloud.encryption.decrypt-result/v1';
const MAX_LIFETIME_SECONDS = 300;
const SHARED_FIELDS = ['type', 'targetNode', 'networkId', 'alg', 'keyVersion'];
const HASH_FIELDS = ['encryptedSymmetricKeyHash', 'receiverPublicKeyHash'];
const BODY_FIELDS = [
  ...SHARED_FIELDS,
  'encryptedSymmetricKey',
  'encryptedSymmetricKeyHash',
  'receiverPublicKey',
  'receiverPublicKeyHash',
];
const FACT_FIELDS = [...SHARED_FIELDS, 'bodyHash', ...HASH_FIELDS];

/**
 * Unwraps a data key of a network and wraps it for the receiver. The token must already be
 * authorized. Body and fact must agree with each other, with the network and with this node. The
 * node signs the response.
 */
export function decrypt(
  context: NodeContext,
  network: NetworkId,
  invocation: Invocation,
  untrustedBody: Json,
): string {
  const body = readShape(untrustedBody, BODY_FIELDS);
  if (body === undefined) throw malformed(shapeProblem(untrustedBody));
  const fact = invocation.facts.flatMap((item) => readShape(item, FACT_FIELDS) ?? [])[0];
  if (fact === undefined) throw malformed('missing encryption invocation facts');
  requireSameSubject(context, network, invocation, body, fact);
  const stored = requireUsableNetwork(context, network, body, fact);
  requireTimely(invocation, context.clock());
  const receiver = decodeKey(body, 'receiverPublicKey');
  const wrapped = decodeKey(body, 'encryptedSymmetricKey');
  const bodyHash = requireHashes(body, fact);
  const key = unwrapKey(Buffer.from(stored.privateKey, 'base64'), wrapped);
  const rewrapped = Buffer.from(wrapKey(receiver, key)).toString('base64');
  return signResult(context, invocation, body, bodyHash, rewrapped);
}

function refuse(text: string): never {
  throw new Refusal(401, text);
}

/**
 * Returns an object of exactly these fields: an integer key version, a valid network id, and texts.
 */
function readShape(value: Json, fields: readonly string[]): JsonObject | undefined {
  if (!isJsonObject(value) || value.size !== fields.length) return undefined;
  const isShaped = fields.every((field) =>
    field === 'keyVersion'
      ? typeof value.get(field) === 'bigint'
      : typeof value.get(field) === 'string',
  );
  return isShaped && networkField(value, 'networkId') !== undefined ? value : undefined;
}

function shapeProblem(body: Json): string {
  if (!isJsonObject(body)) return 'invalid type, expected struct DecryptRequestBody';
  const unknown = [...body.keys()].find((key) => !BODY_FIELDS.includes(key));
  if (unknown !== undefined) {
    const known = BODY_FIELDS.map((field) => `\`${field}\``).join(', ');
    return `unknown field \`${unknown}\`, expected one of ${known}`;
  }
  const missing = BODY_FIELDS.find((field) => !body.has(field));
  return missing === undefined ? 'invalid type' : `missing field \`${missing}\``;
}

function requireSameSubject(
  { keys }: NodeContext,
  network: NetworkId,
  invocation: Invocation,
  body: JsonObject,
  fact: JsonObject,
): void {
  const both = [body, fact];
  if (both.some((part) => part.get('type') !== REQUEST_TYPE)) {
    refuse('invocation type is not a decrypt invocation');
  }
  if (invocation.ucan.audience !== keys.nodeDid) {
    refuse('invocation audience does not match this node');
  }
  if (both.some((part) => part.get('targetNode') !== keys.nodeDid)) {
    refuse('invocation target node does not match this node');
  }
  if (both.some((part) => networkField(part, 'networkId')?.id !== network.id)) {
    refuse('invocation references a different network');
  }
  requireCapability(invocation, network, 'tinycloud.encryption/decrypt');
}

function requireUsableNetwork(
  { store }: NodeContext,
  { id }: NetworkId,
  body: JsonObject,
  fact: JsonObject,
): StoredNetwork {
  const stored = store.networks.get(id);
  if (stored === undefined) throw new Refusal(404, 'network not found');
  if (stored.state === 'revoked') refuse('network has been revoked');
  const isSame = [body, fact].every(
    (part) => part.get('alg') === NETWORK_ALGORITHM && part.get('keyVersion') === 1n,
  );
  if (!isSame) refuse('invocation alg / key version does not match network');
  return stored;
}

/** Times are whole seconds, and a token that expires in this second is too late. */
function requireTimely({ ucan }: Invocation, nowMs: number): void {
  const now = Math.floor(nowMs / 1000);
  if (now < Math.trunc(ucan.notBeforeSeconds ?? now)) refuse('invocation not yet valid');
  const left = Math.trunc(ucan.expiresAtSeconds) - now;
  if (left <= 0 || left > MAX_LIFETIME_SECONDS) refuse('invocation expired');
}

function decodeKey(body: JsonObject, field: string): Uint8Array {
  const bytes = decodeBase64(textField(body, field) ?? '');
  if (bytes === undefined) throw new Refusal(400, 'hex decode error: invalid base64');
  return bytes;
}

function requireHashes(body: JsonObject, fact: JsonObject): string {
  for (const field of ['receiverPublicKey', 'encryptedSymmetricKey']) {
    const hash = canonicalHash(body.get(field) ?? null);
    const name = `${field}Hash`;
    if (body.get(name) !== hash || fact.get(name) !== hash) {
      refuse(`invocation hash mismatch: ${name}`);
    }
  }
  const bodyHash = canonicalHash(body);
  if (fact.get('bodyHash') !== bodyHash) refuse('invocation hash mismatch: bodyHash');
  return bodyHash;
}

function signResult(
  { keys }: NodeContext,
  { cid }: Invocation,
  body: JsonObject,
  bodyHash: string,
  wrappedKey: string,
): string {
  const requestHash = createHash('sha256').update(cid).update(bodyHash).digest('hex');
  const result = new Map<string, Json>([
    ['type', RESULT_TYPE],
    ['targetNode', keys.nodeDid],
    ['networkId', networkField(body, 'networkId')?.id ?? null],
    ['invocationCid', cid],
    ...HASH_FIELDS.map((field) => [field, body.get(field) ?? null] as const),
    ['wrappedKey', wrappedKey],
    ['alg', NETWORK_ALGORITHM],
    ['keyVersion', 1n],
    ['requestHash', requestHash],
    ['nodeId', keys.nodeDid],
  ]);
  const signature = keys.sign(Buffer.from(canonicalJson(result)));
  result.set('nodeSignature', Buffer.from(signature).toString('base64'));
  return canonicalJson(result);
}
