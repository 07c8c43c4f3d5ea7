import { ServiceError } from '../errors.js';
import { isLoopback } from '../protocol/loopback.js';

/**
 * Returns the origin of a node's URL, which must be https, or http on loopback, without a path or
 * user information. Throws ERR_LOCAL_NODE_URL.
 */
export function parseNodeOrigin(text: string): string {
  if (!URL.canParse(text)) throw new ServiceError('ERR_LOCAL_NODE_URL');
  const url = new URL(text);
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  // All other parts of a URL would be dropped silently.
  if (!isSafe || url.href !== `${url.origin}/`) throw new ServiceError('ERR_LOCAL_NODE_URL');
  return url.origin;
}
