import { isJsonArray, type Json } from '../formats/json-tree.js';

/** A value of SQLite: integers as bigint, reals as number, blobs as bytes. */
export type SqlValue = null | bigint | number | string | Uint8Array;

/**
 * Converts a parameter from JSON: booleans become 0 and 1, an array of bytes becomes a blob.
 * Returns undefined for anything else.
 */
export function sqlValueOf(json: Json): SqlValue | undefined {
  if (typeof json === 'boolean') return json ? 1n : 0n;
  if (typeof json === 'bigint') return BigInt.asIntN(64, json);
  if (json === null || typeof json !== 'object') return json;
  if (!isJsonArray(json)) return undefined;
  const isBytes = json.every((byte) => typeof byte === 'bigint' && byte >= 0n && byte < 256n);
  return isBytes ? Uint8Array.from(json, Number) : undefined;
}

export function jsonOfSqlValue(value: SqlValue): Json {
  return value instanceof Uint8Array ? Array.from(value, BigInt) : value;
}

/** Returns the node's estimate of the size that a value adds to a response. */
export function estimatedBytes(value: SqlValue): number {
  if (value === null) return 4;
  if (typeof value === 'string') return Buffer.byteLength(value) + 2;
  return value instanceof Uint8Array ? value.length * 2 : 8;
}
