/**
 * Parses the replies of a node strictly. A reply of another type or shape is rejected with a code,
 * and none of its text is passed on.
 */
import { z } from 'zod';
import { ServiceError } from '../errors.js';
import { decodeBase64url } from '../protocol/base64url.js';
import { decodeUtf8 } from '../protocol/bytes.js';
import { parseKeyDid } from '../protocol/did.js';
import type { NodeReply } from './node-transport.js';

const invalid = (reason: string, reply: NodeReply): ServiceError =>
  new ServiceError('ERR_NODE_REPLY_INVALID', {
    detail: { reason, status: reply.status, bytes: reply.body.length },
  });

/** Returns the reply if its status is 200; otherwise throws the error for its status. */
export function requireOk(reply: NodeReply): NodeReply {
  if (reply.status === 200) return reply;
  throw statusError(reply);
}

/**
 * The texts with which a node rejects requests outside its time window (tinycloud-node.md, 1.4 and
 * 1.5). The status alone does not distinguish a wrong clock from a missing right. Nothing but these
 * texts and SPACE_TEXTS is compared with the text of a node.
 */
const CLOCK_TEXTS: ReadonlySet<string> = new Set([
  'Delegation expired or not yet valid',
  'Invocation expired or not yet valid',
  'Invocation lifetime exceeds server maximum',
]);

/**
 * The texts that distinguish a space that is not hosted from a missing key (tinycloud-node.md,
 * 1.4).
 */
const SPACE_TEXTS: ReadonlySet<string> = new Set(['Space not found', 'space not found']);

/** Returns whether a node replied that it does not host a space. */
export const isSpaceMissing = (error: unknown): boolean =>
  error instanceof ServiceError && error.detail['isSpaceMissing'] === true;

/**
 * The statuses below 500 that tell a client to repeat the same request later (RFC 9110, RFC 8470).
 */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Returns the error for a status other than 200. A 5xx can be retried, and so can a status that
 * asks for it; other statuses are final.
 */
function statusError(reply: NodeReply): ServiceError {
  const { status, retryAfterMs } = reply;
  const size = { status, bytes: reply.body.length };
  const detail = retryAfterMs === undefined ? size : { ...size, retryAfterMs };
  if (status >= 500) return new ServiceError('ERR_NODE_FAILED', { detail });
  if (LATER.has(status)) return new ServiceError('ERR_NODE_BUSY', { detail });
  if (reply.status === 401 && CLOCK_TEXTS.has(decodeUtf8(reply.body) ?? '')) {
    return new ServiceError('ERR_BOOTSTRAP_NODE_CLOCK', { detail });
  }
  const isMissing = status === 404 && SPACE_TEXTS.has(decodeUtf8(reply.body) ?? '');
  const missing = isMissing ? { isSpaceMissing: true } : {};
  return new ServiceError('ERR_NODE_REFUSED', { detail: { ...detail, ...missing } });
}

function parseJson<T>(reply: NodeReply, schema: z.ZodType<T>): T {
  if (reply.contentType?.split(';')[0]?.trim() !== 'application/json') throw invalid('type', reply);
  const text = decodeUtf8(reply.body);
  if (text === undefined) throw invalid('utf-8', reply);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('json', reply);
  }
  // This also catches errors other than ZodError: zod compares the `length` of any value that has
  // one, and an untrusted object can have any `length`.
  try {
    return schema.parse(value);
  } catch {
    throw invalid('shape', reply);
  }
}

/** Returns an Ed25519 DID from a node. Throws ERR_BOOTSTRAP_NODE_DID or ERR_BOOTSTRAP_PEER_DID. */
function requireDid(
  text: string,
  code: 'ERR_BOOTSTRAP_NODE_DID' | 'ERR_BOOTSTRAP_PEER_DID',
): string {
  try {
    parseKeyDid(text);
    return text;
  } catch (cause) {
    throw new ServiceError(code, { cause });
  }
}

const infoSchema = z.object({ protocol: z.literal(1), nodeId: z.string().max(200) });

/** Parses the DID of the node from `GET /info`. */
export function parseInfo(reply: NodeReply): string {
  return requireDid(parseJson(requireOk(reply), infoSchema).nodeId, 'ERR_BOOTSTRAP_NODE_DID');
}

/** Parses the DID from `GET /peer/generate/…`, which must be the whole body. */
export function parsePeer(reply: NodeReply): string {
  const text = decodeUtf8(requireOk(reply).body) ?? '';
  if (reply.contentType?.startsWith('text/plain') !== true) throw invalid('type', reply);
  return requireDid(text, 'ERR_BOOTSTRAP_PEER_DID');
}

const delegatedSchema = z.object({
  cid: z.string().max(100),
  activated: z.array(z.string().max(300)).max(10),
  skipped: z.array(z.string().max(300)).max(10),
});
/** The spaces that a posted delegation activated, and those that the node skipped. */
export type Delegated = z.infer<typeof delegatedSchema>;

/**
 * Parses the reply to `POST /delegate`. Throws ERR_BOOTSTRAP_CID_MISMATCH if the CID is not ours,
 * and ERR_BOOTSTRAP_SPACE_UNASKED if it lists a space that the delegation does not name.
 */
export function parseDelegated(reply: NodeReply, cid: string, asked: readonly string[]): Delegated {
  const answer = parseJson(requireOk(reply), delegatedSchema);
  if (answer.cid !== cid) throw new ServiceError('ERR_BOOTSTRAP_CID_MISMATCH');
  const named = [...answer.activated, ...answer.skipped];
  if (new Set(named).size !== named.length || !named.every((space) => asked.includes(space))) {
    throw new ServiceError('ERR_BOOTSTRAP_SPACE_UNASKED');
  }
  return answer;
}

const batchSchema = z.object({
  results: z.array(z.object({ changes: z.number() })).max(100),
});

/** Parses the reply to an SQL batch, which must have one result for each statement. */
export function parseSqlBatch(reply: NodeReply, statements: number): void {
  const { results } = parseJson(requireOk(reply), batchSchema);
  if (results.length !== statements) throw invalid('results', reply);
}

const querySchema = z.object({
  columns: z.array(z.string()),
  rowCount: z.number(),
  rows: z.array(z.array(z.unknown())),
});

/** Returns the rows of an SQL query. */
export function parseSqlRows(reply: NodeReply): readonly (readonly unknown[])[] {
  return parseJson(requireOk(reply), querySchema).rows;
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const [left, right] = [new Set(a), new Set(b)];
  return left.size === right.size && [...left].every((each) => right.has(each));
}

const writtenSchema = z.object({ written: z.array(z.string()), count: z.number() });

/** Parses the reply to a multipart put, which must list exactly the keys that were sent. */
export function parseWritten(reply: NodeReply, keys: readonly string[]): void {
  const { written } = parseJson(requireOk(reply), writtenSchema);
  const same = written.length === keys.length && isSameSet(written, keys);
  if (!same) throw invalid('written', reply);
}

const batchGetSchema = z.object({
  results: z
    .array(
      z.object({
        key: z.string(),
        ok: z.boolean(),
        dataBase64: z.string().optional(),
        headers: z.record(z.string(), z.string()).optional(),
      }),
    )
    .max(100),
});

/** A stored value and its content type. */
export type StoredValue = { readonly contentType: string | undefined; readonly text: string };

/** Parses the reply to a batch get into a map. The map omits missing keys. */
export function parseBatchGet(
  reply: NodeReply,
  keys: readonly string[],
): ReadonlyMap<string, StoredValue> {
  const { results } = parseJson(requireOk(reply), batchGetSchema);
  const answered = results.map(({ key }) => key);
  if (answered.length !== keys.length || !isSameSet(answered, keys)) throw invalid('keys', reply);
  return new Map(
    results
      .filter(({ ok }) => ok)
      .map(({ key, dataBase64 = '', headers }) => [
        key,
        {
          contentType: headers?.['content-type'],
          text: Buffer.from(dataBase64, 'base64').toString('utf8'),
        },
      ]),
  );
}

const descriptorSchema = z.object({
  descriptor: z.object({
    networkId: z.string(),
    ownerDid: z.string(),
    name: z.string(),
    members: z.array(z.object({ nodeId: z.string() })),
    threshold: z.object({ n: z.number(), t: z.number() }),
    state: z.string(),
    publicEncryptionKey: z.string().max(100),
    alg: z.string(),
  }),
});
/** The descriptor of an encryption network, as the node returns it. */
export type NetworkDescriptor = z.infer<typeof descriptorSchema>['descriptor'];

/** Parses the descriptor of a network without verifying it. */
export function parseDescriptor(reply: NodeReply): NetworkDescriptor {
  return parseJson(requireOk(reply), descriptorSchema).descriptor;
}

/** Returns whether the text is standard base64 of 32 bytes. */
export function isKey32(base64: string): boolean {
  const url = base64.replaceAll('+', '-').replaceAll('/', '_');
  try {
    return base64.length === 44 && decodeBase64url(url, 'required').length === 32;
  } catch {
    return false;
  }
}
