import canonicalize from 'canonicalize';
import { ServiceError } from '../errors.js';

/**
 * Serializes a value as canonical JSON (RFC 8785): keys in code-unit order and no white space.
 * Throws ERR_CANONICAL_JSON for a value that JSON cannot represent.
 */
export function canonicalJson(value: unknown): string {
  try {
    checkJson(value);
    const text = canonicalize(value);
    if (text !== undefined) return text;
  } catch (cause) {
    throw new ServiceError('ERR_CANONICAL_JSON', { cause });
  }
  throw new ServiceError('ERR_CANONICAL_JSON');
}

/**
 * Rejects values that serializers drop or replace silently: undefined, functions, maps, dates and
 * byte arrays.
 */
function checkJson(value: unknown): void {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return;
  if (typeof value !== 'object' || !isPlain(value)) throw new TypeError('not a JSON value');
  for (const member of Array.isArray(value) ? value : Object.values(value)) checkJson(member);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
