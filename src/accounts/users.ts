/** The users of the service, each behind a mutex of its own: a change is read, made and durable before the next begins. */
import { ServiceError } from '../errors.js';
import type { KeyedLock } from '../runtime/keyed-lock.js';
import type { SealedDocuments } from './sealed-documents.js';
import { decodeUserDocument, encodeUserDocument, type UserDocument } from './user-document.js';

const KIND = 'user';

export type Users = {
  find(userId: string): Promise<UserDocument | undefined>;
  /** Makes a change durable. `change` sees undefined for a user that does not exist; answering the same object changes nothing. */
  update(
    userId: string,
    change: (document: UserDocument | undefined) => UserDocument,
  ): Promise<UserDocument>;
};

export function createUsers(documents: SealedDocuments, lock: KeyedLock): Users {
  return {
    find: async (userId) => {
      const opened = await documents.find(KIND, userId);
      return opened === undefined ? undefined : decodeUserDocument(opened.plain);
    },
    update: (userId, change) =>
      lock.run(userId, async () => {
        const opened = await documents.find(KIND, userId);
        const before = opened === undefined ? undefined : decodeUserDocument(opened.plain);
        const after = change(before);
        if (after === before) return after;
        await documents.commit(KIND, userId, opened?.generation ?? 0, encodeUserDocument(after));
        return after;
      }),
  };
}

/** For changes of a user that must exist. Throws ERR_SESSION_INVALID: the session names somebody who is gone. */
export function requireUser(document: UserDocument | undefined): UserDocument {
  if (document === undefined) throw new ServiceError('ERR_SESSION_INVALID');
  return document;
}
