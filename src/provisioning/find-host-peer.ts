import { type EngineEnvironment, NodeClient } from '../bootstrap/node-client.js';
import { errorCodeOf } from '../errors.js';
import type { FindHostPeer } from '../signing/find-denial.js';

/** Asks the configured node by which DID it hosts a space, within one request deadline; undefined where it does not answer. */
export function createFindHostPeer(engine: EngineEnvironment): FindHostPeer {
  return async (spaceId) => {
    const deadline = AbortSignal.timeout(engine.limits.requestDeadlineMs);
    try {
      return await new NodeClient(engine, deadline).peer(spaceId);
    } catch (error) {
      // An abort between two tries is no error of the service's own.
      if (errorCodeOf(error) === undefined && !deadline.aborted) throw error;
      return undefined;
    }
  };
}
