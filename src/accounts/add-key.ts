import type { Address } from '../protocol/address.js';
import { withAudit } from './audit-trail.js';
import type { UserDocument, UserKey } from './user-document.js';

type KeyMaker = {
  createUserKey(id: string): {
    readonly id: string;
    readonly version: 1;
    readonly counter: number;
    readonly address: Address;
  };
};

/**
 * Returns the user with one more key. Its id is `<userId>-<n>`; keys are never removed, so n is
 * never reused.
 */
export function addKey(
  user: UserDocument,
  keys: KeyMaker,
  label: string,
  nowMs: number,
): UserDocument {
  const { id, version, counter, address } = keys.createUserKey(
    `${user.userId}-${user.keys.length}`,
  );
  const key: UserKey = { id, address, version, counter, label, createdAtMs: nowMs };
  const facts = { keyId: id, address };
  return withAudit({ ...user, keys: [...user.keys, key] }, nowMs, 'key-created', facts);
}
