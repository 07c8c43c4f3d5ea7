import { ServiceError } from '../errors.js';
import { encodeWalletDid, parseWalletDid, type WalletDid } from './did.js';

/** A space that a wallet owns: `tinycloud:pkh:eip155:<chain>:<EIP-55 address>:<name>`. */
export type SpaceId = { readonly owner: WalletDid; readonly name: string };

// Names are limited to the unreserved characters of RFC 3986, which have no second encoding.
const NAME = /^[A-Za-z0-9\-._~]{1,128}$/;

/**
 * Writes a space id. Throws ERR_SPACE_ID_INVALID for a name with characters that RFC 3986 reserves.
 */
export function encodeSpaceId(space: SpaceId): string {
  if (!NAME.test(space.name)) throw new ServiceError('ERR_SPACE_ID_INVALID');
  return `tinycloud:${encodeWalletDid(space.owner).slice('did:'.length)}:${space.name}`;
}

/** Parses a space id in its canonical form. Throws ERR_SPACE_ID_INVALID. */
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
