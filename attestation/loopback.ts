const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Returns whether the `hostname` of a URL is this machine. The service has its own list in
 * `src/protocol/loopback.ts`, because the verifier imports nothing of it.
 */
export const isLoopback = (hostname: string): boolean => LOOPBACK.has(hostname);
