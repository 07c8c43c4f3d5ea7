import { createHash } from 'node:crypto';
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import type { NodePins } from '../bootstrap/node-identity.js';
import { decodeUtf8, hex, utf8 } from '../protocol/bytes.js';

const KIND = 'node-pin';

/** The DID of a node as it was when it was first used, one document an origin. */
export function createNodePins(documents: SealedDocuments, nodeOrigin: string): NodePins {
  const id = hex(createHash('sha256').update(nodeOrigin).digest()).slice(0, 32);
  return {
    find: async () => {
      const opened = await documents.find(KIND, id);
      return opened === undefined ? undefined : decodeUtf8(opened.plain);
    },
    save: async (nodeDid) => {
      await documents.commit(KIND, id, 0, utf8(nodeDid));
    },
  };
}
