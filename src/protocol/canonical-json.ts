import canonicalize from 'canonicalize';
import { ServiceError } from '../errors.js';

/** RFC 8785: keys in code-unit order, no white space. Throws ERR_CANONICAL_JSON for what JSON can not hold. */
export function canonicalJson(value: unknown): string {
  try {
    const text = canonicalize(value);
    if (text !== undefined) return text;
  } catch (cause) {
    throw new ServiceError('ERR_CANONICAL_JSON', { cause });
  }
  throw new ServiceError('ERR_CANONICAL_JSON');
}
