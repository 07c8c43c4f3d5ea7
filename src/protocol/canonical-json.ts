import canonicalize from 'canonicalize';
import { ServiceError } from '../errors.js';

/** RFC 8785: keys in code-unit order, no white space. Throws ERR_CANONICAL_JSON for what JSON can not hold. */
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

/** Refuses what serializers drop or replace in silence: undefined, functions, maps, dates, byte arrays. */
function checkJson(value: unknown): void {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return;
  if (typeof value !== 'object' || !isPlain(value)) throw new TypeError('not a JSON value');
  for (const member of Array.isArray(value) ? value : Object.values(value)) checkJson(member);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
