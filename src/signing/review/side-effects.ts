import type { UserDocument, UserKey } from '../../accounts/user-document.js';
import type { SigningRequest } from '../signing-request.js';

/** What happens besides the signature once it is approved: shown to the person, and part of what they approve. */
export type SideEffects = {
  /** Origin of the TinyCloud node on which the account is set up. */
  readonly node: string;
  /** Full ids of the spaces that are created there. */
  readonly spaces: readonly string[];
  /** The encryption network that is created. */
  readonly network: string;
  /** How many more signatures with the same key that takes. */
  readonly rootSignatures: number;
  /** How long the sessions made for it hold, and that hosting does not end. */
  readonly sessionLifetimeMs: number;
  readonly hostingEnds: false;
  /** Rights that were signed before, and take effect once their spaces exist. */
  readonly earlierGrants: readonly EarlierGrant[];
  /** How many more such grants there are than can be named. */
  readonly earlierGrantsLeftOut: number;
};

/** Rights that were signed before and have not ended. */
export type EarlierGrant = {
  /** Domain of the sign-in request that granted them. */
  readonly domain: string;
  /** Names of own spaces, at most 20. */
  readonly spaces: readonly string[];
  /** Names of own encryption networks, at most 20. */
  readonly networks: readonly string[];
  /** How many more spaces and networks the grant names. */
  readonly more: number;
  /** RFC 3339; absent for rights without an end. */
  readonly expiresAt?: string;
};

/**
 * What an approval of this request would set off; null for nothing. PORT; the bootstrap hook implements it, with the same gate
 * that it judges the signature by afterwards.
 */
export type FindSideEffects = (
  user: UserDocument,
  key: UserKey,
  request: SigningRequest,
) => SideEffects | null;
