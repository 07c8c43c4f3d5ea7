import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { decodeBase64Url } from '../formats/base64.js';
import { isJsonObject, parseJsonTree, type Json } from '../formats/json-tree.js';
import { Refusal } from '../refusal.js';
import type { KvTarget } from './kv-targets.js';

/** Everything that a cursor is bound to. It is invalid for another invoker, prefix or limit. */
type Page = {
  readonly invoker: string;
  readonly target: KvTarget;
  readonly limit: number;
};

export function encodeListCursor(key: Uint8Array, page: Page, last: string): string {
  const payload = JSON.stringify(payloadOf(page, last));
  const wire = `{"payload":${payload},"mac":"${macOf(key, payload).toString('hex')}"}`;
  return Buffer.from(wire).toString('base64url');
}

/**
 * Rejects a cursor that was not issued for this page. The node checks it and then lists from the
 * start again.
 */
export function requireListCursor(key: Uint8Array, page: Page, cursor: string): void {
  const payload = readPayload(cursor);
  const last = payload?.get('last');
  const mac = payload?.get('mac');
  if (typeof last === 'string' && typeof mac === 'string') {
    const expected = macOf(key, JSON.stringify(payloadOf(page, last)));
    const given = Buffer.from(mac, 'hex');
    if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  }
  throw invalidCursor();
}

export function invalidCursor(): Refusal {
  return new Refusal(400, 'Invalid KV list cursor');
}

function payloadOf({ invoker, target, limit }: Page, last: string): object {
  return {
    version: 1,
    subject_digest: createHash('sha256').update(invoker).digest('hex'),
    space: target.space.id,
    prefix: target.path,
    action: 'tinycloud.kv/list',
    limit,
    last,
  };
}

function macOf(key: Uint8Array, payload: string): Buffer {
  return createHmac('sha256', key).update(payload).digest();
}

/** Returns the last key and the MAC in a cursor. Everything else is known and recomputed. */
function readPayload(cursor: string): ReadonlyMap<string, Json> | undefined {
  try {
    const wire = parseJsonTree(Buffer.from(decodeBase64Url(cursor) ?? []).toString('utf8'));
    const payload = isJsonObject(wire) ? wire.get('payload') : undefined;
    if (!isJsonObject(wire) || !isJsonObject(payload)) return undefined;
    return new Map([
      ['last', payload.get('last') ?? null],
      ['mac', wire.get('mac') ?? null],
    ]);
  } catch {
    return undefined;
  }
}
