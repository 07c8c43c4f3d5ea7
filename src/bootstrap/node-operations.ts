/** The operations of the plan, expressed as requests to the node. */
import { ServiceError } from '../errors.js';
import { canonicalJson } from '../protocol/canonical-json.js';
import { sha256Hex, utf8 } from '../protocol/bytes.js';
import type { WalletDid } from '../protocol/did.js';
import {
  NETWORK_NAME,
  networkIdOf,
  ownerDidOf,
  SPACE_NAMES,
  spaceIdOf,
  type SpaceName,
} from './account.js';
import { type KvRecord, MARKER_KEY, recordKeys } from './account-records.js';
import type { ReadBack, SqlStatement } from './account-schema.js';
import { jsonBody, type NodeClient, type Session } from './node-client.js';
import {
  isKey32,
  type NetworkDescriptor,
  parseBatchGet,
  parseDescriptor,
  parseSqlBatch,
  parseSqlRows,
  parseWritten,
  requireOk,
  type StoredValue,
} from './node-replies.js';

const KEY_ALGORITHM = 'x25519-aes256gcm/v1';
const CREATE = 'tinycloud.encryption/network.create';

/** Runs statements in one database as one batch, with the abilities for both schema and rows. */
export function writeSql(
  client: NodeClient,
  session: Session,
  database: string,
  statements: readonly SqlStatement[],
): Promise<void> {
  const attenuations = [[database, ['tinycloud.sql/schema', 'tinycloud.sql/write']]] as const;
  const body = { action: 'batch', statements };
  const request = { path: '/invoke', ...jsonBody(body) };
  return client.invoke(session, { attenuations }, request, (reply) =>
    parseSqlBatch(reply, statements.length),
  );
}

/**
 * Queries a database and returns whether all expected rows exist. A missing table counts as missing
 * rows.
 */
export function hasSqlRows(
  client: NodeClient,
  session: Session,
  database: string,
  { query, expected }: ReadBack,
): Promise<boolean> {
  const attenuations = [[database, ['tinycloud.sql/read']]] as const;
  const request = { path: '/invoke', ...jsonBody({ action: 'query', ...query, maxRows: 100 }) };
  return client.invoke(session, { attenuations }, request, (reply) => {
    if (reply.status === 400) return false;
    const found = new Set(parseSqlRows(reply).map((row) => JSON.stringify(row)));
    return expected.every((row) => found.has(JSON.stringify(row)));
  });
}

/** Writes records in one multipart put, which is atomic. */
export function writeRecords(
  client: NodeClient,
  session: Session,
  owner: WalletDid,
  records: readonly KvRecord[],
  boundary: string,
): Promise<void> {
  const resources = records.map(({ key }) => kvResource(owner, key)).toSorted();
  const attenuations = resources.map((resource) => [resource, ['tinycloud.kv/put']] as const);
  const parts = records.map(
    ({ key, json }) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${encodeURIComponent(key)}"; filename="blob"\r\n` +
      `Content-Type: application/json\r\n\r\n${json}\r\n`,
  );
  const request = {
    path: '/invoke',
    body: utf8(`${parts.join('')}--${boundary}--\r\n`),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
  const keys = records.map(({ key }) => key);
  return client.invokeKvWrite(session, { attenuations }, request, (reply) =>
    parseWritten(reply, keys),
  );
}

/** Returns the resource of a record in the account space. */
export const kvResource = (owner: WalletDid, key: string): string =>
  `${spaceIdOf(owner, 'account')}/kv/${key}`;

/** Reads all records of an account, including the marker. The map omits missing records. */
export function readRecords(
  client: NodeClient,
  session: Session,
  owner: WalletDid,
): Promise<ReadonlyMap<string, StoredValue>> {
  const keys = recordKeys(owner);
  const attenuations = keys.map((key) => [kvResource(owner, key), ['tinycloud.kv/get']] as const);
  return client.invoke(session, { attenuations }, { path: '/invoke' }, (reply) =>
    parseBatchGet(reply, keys),
  );
}

/**
 * Reads the marker with a session that also reads the capabilities of all five spaces, in one
 * request. Returns undefined if the marker is missing.
 */
export function readMarker(
  client: NodeClient,
  session: Session,
  owner: WalletDid,
): Promise<StoredValue | undefined> {
  const spaces = SPACE_NAMES.map(
    (name) => [`${spaceIdOf(owner, name)}/capabilities/`, ['tinycloud.capabilities/read']] as const,
  );
  const attenuations = [...spaces, [kvResource(owner, MARKER_KEY), ['tinycloud.kv/get']] as const];
  return client.invoke(session, { attenuations }, { path: '/invoke' }, (reply) => {
    if (reply.status === 404) return undefined;
    const text = Buffer.from(requireOk(reply).body).toString('utf8');
    return { contentType: reply.contentType, text };
  });
}

/**
 * Creates the encryption network, or reads it if it exists, and verifies it in both cases. Resolves
 * to its public key (base64).
 */
export async function createNetwork(
  client: NodeClient,
  session: Session,
  owner: WalletDid,
  nodeDid: string,
): Promise<string> {
  const networkId = networkIdOf(owner);
  const body = { name: NETWORK_NAME, ownerDid: ownerDidOf(owner), threshold: { n: 1, t: 1 } };
  const parts = {
    attenuations: [[networkId, [CREATE]]] as const,
    audience: nodeDid,
    facts: [
      {
        type: 'tinycloud.encryption.network-admin/v1',
        targetNode: nodeDid,
        networkId,
        bodyHash: sha256Hex(canonicalJson(body)),
        action: CREATE,
      },
    ],
  };
  const request = { path: '/encryption/networks', ...jsonBody(body) };
  const created = await client.invoke(session, parts, request, (reply) =>
    reply.status === 409 ? undefined : parseDescriptor(reply),
  );
  const descriptor = created ?? (await findNetwork(client, owner));
  // The node refused to create the network because it exists, and then did not return it.
  if (descriptor === undefined) throw new ServiceError('ERR_NODE_REPLY_INVALID');
  verifyDescriptor(descriptor, owner, nodeDid);
  return descriptor.publicEncryptionKey;
}

/** Reads the descriptor of the account's network, or returns undefined if there is none. */
function findNetwork(client: NodeClient, owner: WalletDid): Promise<NetworkDescriptor | undefined> {
  const path = `/encryption/networks/${encodeURIComponent(networkIdOf(owner))}`;
  return client.get(path, (reply) => (reply.status === 404 ? undefined : parseDescriptor(reply)));
}

/** Returns whether the account's network exists, and verifies it if it does. */
export async function hasNetwork(
  client: NodeClient,
  owner: WalletDid,
  nodeDid: string,
): Promise<boolean> {
  const descriptor = await findNetwork(client, owner);
  if (descriptor === undefined) return false;
  verifyDescriptor(descriptor, owner, nodeDid);
  return true;
}

/**
 * Verifies the network, because secrets will be encrypted to its key: it must belong to this owner
 * and be active, and this node must be its only member. Throws ERR_BOOTSTRAP_NETWORK_REVOKED or
 * ERR_BOOTSTRAP_NETWORK_FOREIGN.
 */
function verifyDescriptor(descriptor: NetworkDescriptor, owner: WalletDid, nodeDid: string): void {
  if (descriptor.state === 'revoked') throw new ServiceError('ERR_BOOTSTRAP_NETWORK_REVOKED');
  const ours =
    descriptor.networkId === networkIdOf(owner) &&
    descriptor.ownerDid === ownerDidOf(owner) &&
    descriptor.name === NETWORK_NAME &&
    descriptor.members.length === 1 &&
    descriptor.members[0]?.nodeId === nodeDid &&
    descriptor.threshold.n === 1 &&
    descriptor.threshold.t === 1 &&
    descriptor.state === 'active' &&
    descriptor.alg === KEY_ALGORITHM &&
    isKey32(descriptor.publicEncryptionKey);
  if (!ours) throw new ServiceError('ERR_BOOTSTRAP_NETWORK_FOREIGN');
}

/** Returns the resource of a database in a space. */
export function databaseOf(owner: WalletDid, space: SpaceName, name: string): string {
  return `${spaceIdOf(owner, space)}/sql/${name}`;
}
