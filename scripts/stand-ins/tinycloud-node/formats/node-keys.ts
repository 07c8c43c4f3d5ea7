import { ed25519 } from '@noble/curves/ed25519';
import { blake3 } from './hashes.js';
import { encodeDidKey } from './did-key.js';

/**
 * The Ed25519 keys of a node: one for itself and one for every space, all derived from one secret.
 */
export type NodeKeys = {
  readonly nodeDid: string;
  peerDid(spaceId: string): string;
  sign(message: Uint8Array): Uint8Array;
  /** Derives a 32-byte key for one purpose of the stand-in. */
  deriveKey(purpose: string): Uint8Array;
};

const IDENTITY = 'tinycloud/node/identity';

export function nodeKeys(secret: Uint8Array): NodeKeys {
  const derive = (label: string): Uint8Array => blake3(Buffer.concat([secret, Buffer.from(label)]));
  const didOf = (label: string): string => encodeDidKey(ed25519.getPublicKey(derive(label)));
  return {
    nodeDid: didOf(IDENTITY),
    peerDid: didOf,
    sign: (message) => ed25519.sign(message, derive(IDENTITY)),
    deriveKey: (purpose) => derive(`stand-in/${purpose}`),
  };
}
