import { type EngineEnvironment, NodeClient } from '../bootstrap/node-client.js';
import { errorCodeOf } from '../errors.js';
import type { FindHostPeer } from '../signing/find-denial.js';

/** Asks the configured node by which DID it hosts a space, within one request deadline; undefined where it does not answer. */
export function createFindHostPeer(engine: EngineEnvironment): FindHostPeer {
  return async (spaceId) => {
    const client = new NodeClient(engine, AbortSignal.timeout(engine.limits.requestDeadlineMs));
    try {
      return await client.peer(spaceId);
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      return undefined;
    }
  };
}
