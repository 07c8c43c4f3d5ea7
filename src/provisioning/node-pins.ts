import { createHash } from 'node:crypto';
import { z } from 'zod';
import { sealedTextCodec } from '../accounts/sealed-codec.js';
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import { typedDocuments } from '../accounts/typed-documents.js';
import type { NodePins } from '../bootstrap/node-identity.js';
import { errorCodeOf, ServiceError } from '../errors.js';
import { hex } from '../protocol/bytes.js';

/**
 * The codec of the DID that a node had at first use. The id of the document is a hash of the node's
 * origin.
 */
export const nodePinCodec = sealedTextCodec('node-pin', z.string().min(1));

/** Returns the id of the documents about a node. */
export const nodeIdOf = (nodeOrigin: string): string =>
  hex(createHash('sha256').update(nodeOrigin).digest()).slice(0, 32);

/** Opens the pin of one node. */
export function createNodePins(documents: SealedDocuments, nodeOrigin: string): NodePins {
  const pins = typedDocuments(documents, nodePinCodec);
  const id = nodeIdOf(nodeOrigin);
  return {
    find: async () => (await pins.find(id))?.value,
    save: async (nodeDid) => {
      try {
        await pins.commit(id, 0, nodeDid);
      } catch (error) {
        // Another replica has pinned the node in the meantime, and its pin counts.
        const pinned = (await pins.find(id))?.value;
        if (errorCodeOf(error) !== 'ERR_STORE_CONFLICT' || pinned === undefined) throw error;
        if (pinned !== nodeDid) throw new ServiceError('ERR_BOOTSTRAP_NODE_CHANGED');
      }
    },
  };
}
