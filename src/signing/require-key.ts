import type { UserDocument, UserKey } from '../accounts/user-document.js';
import { ServiceError } from '../errors.js';

/** The key of a user by id. An id of somebody else is as unknown as one that never was. Throws ERR_KEY_NOT_FOUND. */
export function requireKey(user: UserDocument, keyId: string): UserKey {
  const key = user.keys.find(({ id }) => id === keyId);
  if (key === undefined) throw new ServiceError('ERR_KEY_NOT_FOUND');
  return key;
}

/** Throws ERR_KEY_NOT_FOUND or ERR_KEY_ARCHIVED. */
export function requireActiveKey(user: UserDocument, keyId: string): UserKey {
  const key = requireKey(user, keyId);
  if (key.archivedAtMs !== undefined) throw new ServiceError('ERR_KEY_ARCHIVED');
  return key;
}
