import type { UserDocument, UserKey } from '../accounts/user-document.js';
import { ServiceError } from '../errors.js';

/** Returns the user's key with this id. Throws ERR_KEY_NOT_FOUND, also for another user's key. */
export function requireKey(user: UserDocument, keyId: string): UserKey {
  const key = user.keys.find(({ id }) => id === keyId);
  if (key === undefined) throw new ServiceError('ERR_KEY_NOT_FOUND');
  return key;
}

/**
 * Returns the user's key with this id unless it is archived. Throws ERR_KEY_NOT_FOUND or
 * ERR_KEY_ARCHIVED.
 */
export function requireActiveKey(user: UserDocument, keyId: string): UserKey {
  const key = requireKey(user, keyId);
  if (key.archivedAtMs !== undefined) throw new ServiceError('ERR_KEY_ARCHIVED');
  return key;
}
