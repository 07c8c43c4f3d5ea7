import { ServiceError } from '../errors.js';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Returns the origin of a node's URL, which must be https, or http on loopback, without a path or
 * user information. Throws ERR_LOCAL_NODE_URL.
 */
export function parseNodeOrigin(text: string): string {
  if (!URL.canParse(text)) throw new ServiceError('ERR_LOCAL_NODE_URL');
  const url = new URL(text);
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
  // All other parts of a URL would be dropped silently.
  if (!isSafe || url.href !== `${url.origin}/`) throw new ServiceError('ERR_LOCAL_NODE_URL');
  return url.origin;
}
