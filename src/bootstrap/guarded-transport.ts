/** Bounds the requests to one node, and sends none to a node that does not answer. */
import { Semaphore } from 'async-mutex';
import { ServiceError } from '../errors.js';
import type { NodeBreaker } from './node-breaker.js';
import type { NodeTransport } from './node-transport.js';

/** The most requests to a node that are in flight at once, of all runs together. */
export const REQUESTS_AT_ONCE = 20;

/** A transport that says how many of its requests are in flight. */
export type GuardedTransport = NodeTransport & { readonly inFlight: number };

/**
 * Guards a transport. Requests beyond the bound wait in order, and their deadline begins when they
 * are sent. The bulkhead of cockatiel is not used: after a request that is given up while it waits,
 * it leaves a place empty although others wait.
 */
export function guardTransport(
  transport: NodeTransport,
  breaker: NodeBreaker,
  atOnce: number = REQUESTS_AT_ONCE,
): GuardedTransport {
  const places = new Semaphore(atOnce);
  return {
    get inFlight() {
      return atOnce - places.getValue();
    },
    send: (request) =>
      places.runExclusive(() => {
        if (request.signal?.aborted === true) throw new ServiceError('ERR_NODE_ABORTED');
        return breaker.run(() => transport.send(request));
      }),
    close: () => transport.close(),
  };
}
