import { isJsonArray, type Json, type JsonObject } from './json-tree.js';

/**
 * Writes JSON as the node does: object keys in their order (or sorted, for hashes), integers
 * exactly, floats always with a fraction or an exponent (`3.0`, `1e30`), and numbers that are not
 * finite as `null`.
 */
export function writeJson(value: Json, sortKeys = false): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return writeFloat(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isJsonArray(value)) return `[${value.map((item) => writeJson(item, sortKeys)).join(',')}]`;
  return writeObject(value, sortKeys);
}

/** Returns the form that is hashed: keys in byte order at every depth, no white space. */
export function canonicalJson(value: Json): string {
  return writeJson(value, true);
}

/** Compares two texts by their UTF-8 bytes, which is the order of every sorted map of the node. */
export function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function writeObject(value: JsonObject, sortKeys: boolean): string {
  const entries = [...value];
  if (sortKeys) entries.sort(([left], [right]) => compareBytes(left, right));
  const fields = entries.map(
    ([key, item]) => `${JSON.stringify(key)}:${writeJson(item, sortKeys)}`,
  );
  return `{${fields.join(',')}}`;
}

function writeFloat(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-5)) {
    return value.toExponential().replace('e+', 'e');
  }
  return /[.e]/.test(text) ? text : `${text}.0`;
}
