/**
 * Which node this is. Its DID is configured, or pinned at first use (development only), and asked for once a process; a
 * node that calls itself something else is not spoken to: invocations would be addressed to it.
 */
import { ServiceError } from '../errors.js';

/** Where the DID of a node is remembered that was not configured. PORT. */
export type NodePins = {
  find(): Promise<string | undefined>;
  save(nodeDid: string): Promise<void>;
};

export type NodeIdentity = {
  /** Whether the node was met in this process. */
  isKnown(): boolean;
  /** The node's DID; `fetch` is called at most once a process. Rejects ERR_BOOTSTRAP_NODE_CHANGED. */
  require(fetch: () => Promise<string>): Promise<string>;
};

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
