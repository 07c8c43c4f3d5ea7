import type { UserDocument, UserKey } from '../../accounts/user-document.js';

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
};

export type EarlierGrant = {
  readonly domain: string;
  readonly spaces: readonly string[];
  /** RFC 3339; absent for rights without an end. */
  readonly expiresAt?: string;
};

/**
 * What an approval of these bytes would set off; null for nothing. PORT; the bootstrap hook implements it, with the same gate
 * that it judges the signature by afterwards.
 */
export type FindSideEffects = (
  user: UserDocument,
  key: UserKey,
  payload: Uint8Array,
) => SideEffects | null;
