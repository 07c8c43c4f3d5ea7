import type { Invocation } from '../formats/invocation.js';
import { headerOf, type NodeRequest } from '../http/node-request.js';
import { Refusal } from '../refusal.js';
import { parseIfMatch } from './etag.js';
import { isMutation, isPut, kvTargets, type KvTarget } from './kv-targets.js';
import { invalidCursor, requireListCursor } from './list-cursor.js';

/** What the headers of a KV request specify. */
export type KvOptions = {
  /** The single write must find no value, or a value with this hash. */
  readonly precondition?: 'absent' | { readonly hash: string };
  readonly ifNoneMatch?: string;
  readonly maxResponseBytes?: number;
  readonly listLimit?: number;
};

const MAX_LIST_LIMIT = 1000;

/**
 * Reads the options in the node's order. Each refusal is a 400 before anything is stored or spent.
 */
export function readKvOptions(
  request: NodeRequest,
  invocation: Invocation,
  cursorKey: Uint8Array,
): KvOptions {
  const targets = kvTargets(invocation.capabilities);
  const conditions = readConditions(request, targets);
  const maxResponseBytes = positiveInteger(request, 'x-tinycloud-max-response-bytes');
  const listLimit = positiveInteger(request, 'x-tinycloud-limit');
  if (listLimit !== undefined && listLimit > MAX_LIST_LIMIT) {
    throw new Refusal(400, 'x-tinycloud-limit must be between 1 and 1000');
  }
  checkCursor(request, invocation, targets, listLimit, cursorKey);
  return {
    ...conditions,
    ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }),
    ...(listLimit === undefined ? {} : { listLimit }),
  };
}

export function isMultipart(request: NodeRequest): boolean {
  const type = headerOf(request, 'content-type') ?? '';
  return type.toLowerCase().startsWith('multipart/form-data');
}

function readConditions(request: NodeRequest, targets: readonly KvTarget[]): KvOptions {
  const ifMatch = headerOf(request, 'if-match');
  const ifNoneMatch = headerOf(request, 'if-none-match');
  if (headerOf(request, 'x-tinycloud-expected-version') !== undefined) {
    throw new Refusal(
      400,
      'x-tinycloud-expected-version is not a production precondition; use If-Match',
    );
  }
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw new Refusal(400, 'KV preconditions cannot be combined');
  }
  const writes = targets.filter(isMutation);
  if (ifNoneMatch !== undefined) return readIfNoneMatch(request, ifNoneMatch, targets, writes);
  if (ifMatch === undefined) return {};
  if (isMultipart(request) || writes.length !== 1) {
    throw new Refusal(400, 'If-Match requires exactly one non-multipart KV put or delete');
  }
  return { precondition: { hash: parseIfMatch(ifMatch) } };
}

function readIfNoneMatch(
  request: NodeRequest,
  value: string,
  targets: readonly KvTarget[],
  writes: readonly KvTarget[],
): KvOptions {
  const gets = targets.filter(({ ability }) => ability === 'tinycloud.kv/get');
  if (writes.length === 0 && gets.length === 1) return { ifNoneMatch: value };
  if (value.trim() !== '*') {
    throw new Refusal(400, 'If-None-Match only supports * for KV create');
  }
  if (isMultipart(request) || writes.length !== 1 || !writes.every(isPut)) {
    throw new Refusal(400, 'If-None-Match: * requires exactly one non-multipart KV put');
  }
  return { precondition: 'absent' };
}

function positiveInteger(request: NodeRequest, name: string): number | undefined {
  const text = headerOf(request, name);
  if (text === undefined) return undefined;
  const digits = text.trim();
  const isInteger = /^\+?[0-9]+$/.test(digits) && BigInt(digits) < 2n ** 64n;
  const value = isInteger ? Number(digits) : 0;
  if (value === 0) throw new Refusal(400, `${name} must be a positive integer`);
  return value;
}

function checkCursor(
  request: NodeRequest,
  { invoker }: Invocation,
  targets: readonly KvTarget[],
  limit: number | undefined,
  key: Uint8Array,
): void {
  const cursor = headerOf(request, 'x-tinycloud-cursor');
  if (cursor === undefined) return;
  const target = targets.find(({ ability }) => ability === 'tinycloud.kv/list');
  if (target === undefined || limit === undefined) throw invalidCursor();
  requireListCursor(key, { invoker, target, limit }, cursor);
}
