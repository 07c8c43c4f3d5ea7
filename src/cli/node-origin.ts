import { ServiceError } from '../errors.js';
import { isLoopback } from '../protocol/loopback.js';

/** The origin of a node from its URL: https, or http on loopback; no path, no user. Throws ERR_LOCAL_NODE_URL. */
export function parseNodeOrigin(text: string): string {
  if (!URL.canParse(text)) throw new ServiceError('ERR_LOCAL_NODE_URL');
  const url = new URL(text);
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  // Whatever else a URL can carry would be dropped, and then be missed.
  if (!isSafe || url.href !== `${url.origin}/`) throw new ServiceError('ERR_LOCAL_NODE_URL');
  return url.origin;
}
