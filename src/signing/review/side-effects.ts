import type { SideEffects } from '../../api/reviews.js';
import type { UserDocument, UserKey } from '../../accounts/user-document.js';
import type { SigningRequest } from '../signing-request.js';

/**
 * Returns what an approval of this request would start, or null for nothing. PORT; src/provisioning
 * implements it, with the same checks that it applies to the signature afterwards.
 */
export type FindSideEffects = (
  user: UserDocument,
  key: UserKey,
  request: SigningRequest,
) => SideEffects | null;
