import type { Invocation } from '../formats/invocation.js';
import { compareBytes } from '../formats/json-text.js';
import { headerOf, type NodeRequest } from '../http/node-request.js';
import type { NodeContext } from '../node-context.js';
import { Refusal } from '../refusal.js';
import type { KvValue } from '../store/effect.js';
import { contentHash } from './etag.js';
import { isMultipart } from './kv-options.js';
import { isPut, kvTarget, kvTargets, type KvTarget } from './kv-targets.js';
import { parseBoundary, readParts, type Part } from './multipart.js';
import { Quota } from './quota.js';
import { isStoredHeader, pickStoredHeaders } from './stored-headers.js';

/** Values to write, by space and key. */
export type StagedPuts = {
  readonly values: ReadonlyMap<string, KvValue>;
  /** The keys of a multipart put in byte order, or undefined for any other request. */
  readonly batchKeys?: readonly string[];
};

export const NOTHING_STAGED: StagedPuts = { values: new Map() };

export function stagedKey({ space, path }: KvTarget): string {
  return JSON.stringify([space.id, path]);
}

/** Splits the body into the values that the invocation may write, before the token is spent. */
export function stagePuts(
  context: NodeContext,
  request: NodeRequest,
  invocation: Invocation,
): StagedPuts {
  const puts = kvTargets(invocation.capabilities).filter(isPut);
  const [put, ...others] = puts;
  if (put === undefined) return NOTHING_STAGED;
  if (isMultipart(request)) return stageBatch(context, request, batchKeys(invocation, puts));
  if (others.length > 0) throw new Refusal(400, 'KV batch put requires multipart/form-data');
  Quota.of(context, put.space)?.take(request.body.length);
  const value = valueOf(request.body, pickStoredHeaders(request.headers));
  return { values: new Map([[stagedKey(put), value]]) };
}

function valueOf(body: Uint8Array, headers: Readonly<Record<string, string>>): KvValue {
  return { body, hash: contentHash(body), headers };
}

/** Returns the keys that a multipart put must contain, by path. */
function batchKeys(
  { capabilities }: Invocation,
  puts: readonly KvTarget[],
): ReadonlyMap<string, KvTarget> {
  const areAllPuts = capabilities.every((capability) => {
    const target = kvTarget(capability);
    return target !== undefined && isPut(target);
  });
  if (!areAllPuts) {
    throw new Refusal(400, 'KV batch put only accepts tinycloud.kv/put capabilities with paths');
  }
  if (new Set(puts.map(({ space }) => space.id)).size > 1) {
    throw new Refusal(400, 'KV batch put must target one space');
  }
  const expected = new Map<string, KvTarget>();
  for (const put of puts.toSorted((left, right) => compareBytes(left.path, right.path))) {
    if (expected.has(put.path)) {
      throw new Refusal(400, `Duplicate KV batch put capability for path ${put.path}`);
    }
    expected.set(put.path, put);
  }
  return expected;
}

function stageBatch(
  context: NodeContext,
  request: NodeRequest,
  expected: ReadonlyMap<string, KvTarget>,
): StagedPuts {
  const boundary = parseBoundary(headerOf(request, 'content-type') ?? '');
  const [first] = expected.values();
  const quota = first === undefined ? undefined : Quota.of(context, first.space);
  const values = new Map<string, KvValue>();
  for (const part of readParts(request.body, boundary)) {
    const target = partTarget(part, expected);
    const key = stagedKey(target);
    if (values.has(key)) {
      throw new Refusal(400, `Duplicate multipart KV part for path ${target.path}`);
    }
    quota?.take(part.body.length);
    values.set(key, valueOf(part.body, partHeaders(part)));
  }
  const missing = [...expected.values()].filter((target) => !values.has(stagedKey(target)));
  if (missing.length > 0) {
    const paths = missing.map(({ path }) => path).join(', ');
    throw new Refusal(400, `Missing multipart KV parts for signed paths: ${paths}`);
  }
  return { values, batchKeys: [...expected.keys()] };
}

function partTarget(part: Part, expected: ReadonlyMap<string, KvTarget>): KvTarget {
  if (part.name === undefined) {
    throw new Refusal(400, 'Multipart KV part is missing a field name');
  }
  const path = percentDecode(part.name);
  const target = expected.get(path);
  if (target === undefined) {
    throw new Refusal(400, `Multipart KV part ${path} is not authorized by the invocation`);
  }
  return target;
}

/** Decodes once. A percent sign that starts no triplet stays. */
function percentDecode(text: string): string {
  const bytes = Buffer.from(text, 'latin1').toString('latin1');
  const decoded = bytes.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(decoded, 'latin1'));
  } catch {
    throw new Refusal(400, 'Multipart KV part name is not valid percent-encoded UTF-8');
  }
}

function partHeaders({ headers }: Part): Readonly<Record<string, string>> {
  const stored = Object.entries(headers).filter(
    ([name]) => isStoredHeader(name) && name !== 'content-disposition',
  );
  return Object.fromEntries(stored);
}
