import { ServiceError } from '../errors.js';
import { encodeWalletDid, parseWalletDid, type WalletDid } from './did.js';

/** A space of a wallet, `tinycloud:pkh:eip155:<chain>:<EIP-55 address>:<name>`. */
export type SpaceId = { readonly owner: WalletDid; readonly name: string };

// Unreserved characters of RFC 3986 only: what a space is called here never needs more, and nothing has two spellings.
const NAME = /^[A-Za-z0-9\-._~]{1,128}$/;

/** Writes a space id. Throws ERR_SPACE_ID_INVALID for a name outside the unreserved characters. */
export function encodeSpaceId(space: SpaceId): string {
  if (!NAME.test(space.name)) throw new ServiceError('ERR_SPACE_ID_INVALID');
  return `tinycloud:${encodeWalletDid(space.owner).slice('did:'.length)}:${space.name}`;
}

/** Reads a space id in its canonical form. Throws ERR_SPACE_ID_INVALID. */
export function parseSpaceId(text: string): SpaceId {
  const cut = text.lastIndexOf(':');
  const name = text.slice(cut + 1);
  if (!text.startsWith('tinycloud:') || !NAME.test(name)) {
    throw new ServiceError('ERR_SPACE_ID_INVALID');
  }
  try {
    return { owner: parseWalletDid(`did:${text.slice('tinycloud:'.length, cut)}`), name };
  } catch (cause) {
    throw new ServiceError('ERR_SPACE_ID_INVALID', { cause });
  }
}
