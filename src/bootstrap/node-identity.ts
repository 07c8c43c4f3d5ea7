/**
 * The identity of the node. Its DID is configured, or pinned at first use (development only), and
 * fetched again for each run, because another node may have taken over the address. Nothing is
 * signed for a node with another DID.
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
   * Returns the DID of the node as it says now, if it is the known one. Rejects
   * ERR_BOOTSTRAP_NODE_CHANGED, and what `fetch` rejects.
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
      if (known === undefined) {
        known = learn(fetch);
        known.catch(() => {
          known = undefined;
        });
        return known;
      }
      const [nodeDid, claimed] = await Promise.all([known, fetch()]);
      if (claimed !== nodeDid) throw new ServiceError('ERR_BOOTSTRAP_NODE_CHANGED');
      return nodeDid;
    },
  };
}

/** Returns the identity of a node that was verified a moment ago, for one run that begins now. */
export const justVerified = (nodeDid: string): NodeIdentity => ({
  isKnown: () => true,
  require: () => Promise.resolve(nodeDid),
});
