/** The names that a TinyCloud account consists of: five spaces and one encryption network of a wallet on a chain. */
import { encodeNetworkId } from '../protocol/network-id.js';
import { encodeSpaceId } from '../protocol/space-id.js';
import { encodeWalletDid, type WalletDid } from '../protocol/did.js';

/** In the order in which clients list them. */
export const SPACE_NAMES = ['default', 'applications', 'account', 'secrets', 'public'] as const;
export type SpaceName = (typeof SPACE_NAMES)[number];

export const NETWORK_NAME = 'default';

export const isSpaceName = (name: string): name is SpaceName =>
  SPACE_NAMES.some((known) => known === name);

/** `tinycloud:pkh:…:<name>` */
export function spaceIdOf(owner: WalletDid, name: SpaceName): string {
  return encodeSpaceId({ owner, name });
}

/** `urn:tinycloud:encryption:did:pkh:…:default` */
export function networkIdOf(owner: WalletDid): string {
  return encodeNetworkId({ owner, name: NETWORK_NAME });
}

export const ownerDidOf = encodeWalletDid;

/** A value for each of the five spaces. */
export type PerSpace<T> = { readonly [name in SpaceName]: T };

/** Fills a value for each of the five spaces. */
export function forEachSpace<T>(make: (name: SpaceName) => T): PerSpace<T> {
  return {
    default: make('default'),
    applications: make('applications'),
    account: make('account'),
    secrets: make('secrets'),
    public: make('public'),
  };
}
