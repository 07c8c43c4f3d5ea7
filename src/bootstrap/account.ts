/**
 * The parts of a TinyCloud account: five spaces and one encryption network, which belong to a
 * wallet on a chain.
 */
import { encodeNetworkId } from '../protocol/network-id.js';
import { encodeSpaceId } from '../protocol/space-id.js';
import { encodeWalletDid, type WalletDid } from '../protocol/did.js';

/** The names of the spaces, in the order in which clients list them. */
export const SPACE_NAMES = ['default', 'applications', 'account', 'secrets', 'public'] as const;
/** The name of one of the five spaces. */
export type SpaceName = (typeof SPACE_NAMES)[number];

/** The name of the encryption network. */
export const NETWORK_NAME = 'default';

/** Returns whether the name is that of one of the five spaces. */
export const isSpaceName = (name: string): name is SpaceName =>
  SPACE_NAMES.some((known) => known === name);

/** Returns the id of a space, `tinycloud:pkh:…:<name>`. */
export function spaceIdOf(owner: WalletDid, name: SpaceName): string {
  return encodeSpaceId({ owner, name });
}

/** Returns the id of the encryption network, `urn:tinycloud:encryption:did:pkh:…:default`. */
export function networkIdOf(owner: WalletDid): string {
  return encodeNetworkId({ owner, name: NETWORK_NAME });
}

/** Returns the DID of the account's owner. */
export const ownerDidOf = encodeWalletDid;

/** One value for each of the five spaces. */
export type PerSpace<T> = { readonly [name in SpaceName]: T };

/** Creates one value for each of the five spaces. */
export function forEachSpace<T>(make: (name: SpaceName) => T): PerSpace<T> {
  return {
    default: make('default'),
    applications: make('applications'),
    account: make('account'),
    secrets: make('secrets'),
    public: make('public'),
  };
}
