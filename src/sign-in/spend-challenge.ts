import type { UserDocument } from '../accounts/user-document.js';
import { ACCOUNT_LIMITS } from '../accounts/account-limits.js';
import { ServiceError } from '../errors.js';

/**
 * Returns the user with a challenge marked as used until it expires. `hash`: a keyed hash of its
 * unique part. Throws ERR_CHALLENGE_USED, or ERR_TOO_MANY_SIGN_INS if too many used challenges have
 * not expired yet.
 */
export function spendChallenge(
  user: UserDocument,
  { hash, expiresAtMs }: { readonly hash: string; readonly expiresAtMs: number },
  nowMs: number,
): UserDocument {
  const open = user.usedChallenges.filter((used) => used.expiresAtMs > nowMs);
  if (open.some((used) => used.hash === hash)) throw new ServiceError('ERR_CHALLENGE_USED');
  if (open.length >= ACCOUNT_LIMITS.usedChallenges) {
    throw new ServiceError('ERR_TOO_MANY_SIGN_INS');
  }
  return { ...user, usedChallenges: [...open, { hash, expiresAtMs }] };
}
