import type { SideEffects } from '../../api/reviews.js';
import type { UserDocument, UserKey } from '../../accounts/user-document.js';
import type { SigningRequest } from '../signing-request.js';

/**
 * What an approval of this request would set off; null for nothing. PORT; the bootstrap hook implements it, with the same gate
 * that it judges the signature by afterwards.
 */
export type FindSideEffects = (
  user: UserDocument,
  key: UserKey,
  request: SigningRequest,
) => SideEffects | null;
