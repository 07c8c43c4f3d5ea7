/**
 * The identity of the node. Its DID is configured, or pinned at first use (development only), and
 * fetched once per process. Requests are never sent to a node with another DID, because invocations
 * would be addressed to it.
 */
import { ServiceError } from '../errors.js';

/** Stores the DID of a node that is not configured. This is a port. */
export type NodePins = {
  find(): Promise<string | undefined>;
  save(nodeDid: string): Promise<void>;
};

/** Provides the verified DID of the node. */
export type NodeIdentity = {
  /** Returns whether the DID was fetched and verified in this process. */
  isKnown(): boolean;
  /**
   * Returns the DID of the node. Calls `fetch` until it succeeds once. Rejects
   * ERR_BOOTSTRAP_NODE_CHANGED.
   */
  require(fetch: () => Promise<string>): Promise<string>;
};

/** Creates the identity of a node. `configured` takes precedence over a pinned DID. */
export function createNodeIdentity(configured: string | undefined, pins: NodePins): NodeIdentity {
  let known: Promise<string> | undefined;
  let met = false;

  async function learn(fetch: () => Promise<string>): Promise<string> {
    const pinned = configured ?? (await pins.find());
    const claimed = await fetch();
    if (pinned === undefined) await pins.save(claimed);
    else if (pinned !== claimed) throw new ServiceError('ERR_BOOTSTRAP_NODE_CHANGED');
    met = true;
    return claimed;
  }

  return {
    isKnown: () => met,
    require: async (fetch) => {
      known ??= learn(fetch);
      try {
        return await known;
      } catch (error) {
        known = undefined;
        throw error;
      }
    },
  };
}
