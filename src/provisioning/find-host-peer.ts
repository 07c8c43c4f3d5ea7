import { type EngineEnvironment, NodeClient } from '../bootstrap/node-client.js';
import { errorCodeOf } from '../errors.js';
import type { FindHostPeer } from '../signing/find-denial.js';

/**
 * Creates a function that asks the configured node for the DID under which it hosts a space. The
 * function takes at most one request deadline and returns undefined if the node does not answer.
 */
export function createFindHostPeer(engine: EngineEnvironment): FindHostPeer {
  return async (spaceId) => {
    const deadline = AbortSignal.timeout(engine.limits.requestDeadlineMs);
    try {
      return await new NodeClient(engine, deadline).peer(spaceId);
    } catch (error) {
      // An abort between two tries is not an internal error.
      if (errorCodeOf(error) === undefined && !deadline.aborted) throw error;
      return undefined;
    }
  };
}
