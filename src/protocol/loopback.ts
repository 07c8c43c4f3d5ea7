const LOOPBACK_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]', '::1']);

/**
 * Returns whether a host, as an address or as the `hostname` of a URL, is this machine. Plain http
 * is safe there, and only there. The verifier has its own copy (`attestation/loopback.ts`), because
 * it imports nothing of the service.
 */
export const isLoopback = (host: string): boolean => LOOPBACK_HOSTS.has(host);
