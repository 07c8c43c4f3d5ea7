import { openFileLimit } from '../adapters/open-file-limit.js';
import type { Config } from '../config.js';
import { type ServerLimits, serverLimitsFor } from '../http/listen.js';

/** Descriptors for the node, the enclave, the database, the store, and the process itself. */
const RESERVED = 128;
/** Each connection may have a request that reads a file. */
const FOR_EACH_CONNECTION = 2;
const FEWEST_CONNECTIONS = 16;

/** Returns limits with no more connections than descriptors allow (`openFiles`). */
export function withinDescriptors(limits: ServerLimits, openFiles: number): ServerLimits {
  const most = Math.floor((openFiles - RESERVED) / FOR_EACH_CONNECTION);
  const maxConnections = Math.max(FEWEST_CONNECTIONS, Math.min(limits.maxConnections, most));
  return {
    ...limits,
    maxConnections,
    maxConnectionsAnAddress: Math.min(limits.maxConnectionsAnAddress, maxConnections),
  };
}

/** Returns the limits of the public listener. */
export function limitsOf(config: Config): ServerLimits {
  const isProxied = config.CLIENT_ADDRESSES === 'shared' || config.TRUSTED_PROXY_HOPS > 0;
  const limits = withinDescriptors(
    serverLimitsFor(isProxied ? 'of-proxies' : 'of-clients'),
    openFileLimit(),
  );
  if (config.PROXY_PROTOCOL !== 'v2') return limits;
  return { ...limits, proxyHeaders: { deadlineMs: limits.headersTimeoutMs } };
}
