/** The users of the service, each behind a mutex of its own: a change is read, made and durable before the next begins. */
import { ServiceError } from '../errors.js';
import type { KeyedLock } from '../runtime/keyed-lock.js';
import { createAuditSegments, type AuditSegments } from './audit-segments.js';
import { closeSegments } from './audit-trail.js';
import type { SealedDocuments } from './sealed-documents.js';
import {
  type DeletedUser,
  decodeUserDocument,
  encodeUserDocument,
  isDeleted,
  type UserDocument,
} from './user-document.js';

const KIND = 'user';

export type Users = {
  /** Undefined for a user who never was, and for one who was deleted. */
  find(userId: string): Promise<UserDocument | undefined>;
  /**
   * Makes a change durable, its audit entries with it. `change` sees undefined for a user that does not exist; answering the
   * same object changes nothing. Rejects ERR_ACCOUNT_DELETED.
   */
  update(
    userId: string,
    change: (document: UserDocument | undefined) => UserDocument,
  ): Promise<UserDocument>;
  /**
   * Leaves nothing of a user but that there was one. `prepare` sees the user as it is, and runs before; what it rejects with
   * keeps the user. Rejects ERR_ACCOUNT_DELETED where that was done before.
   */
  remove(
    userId: string,
    prepare: (document: UserDocument) => Promise<void>,
    nowMs: number,
  ): Promise<UserDocument>;
  readonly audit: AuditSegments;
};

type Opened = { readonly generation: number; readonly document: UserDocument | undefined };

export function createUsers(documents: SealedDocuments, lock: KeyedLock): Users {
  const audit = createAuditSegments(documents);

  async function open(userId: string): Promise<Opened> {
    const opened = await documents.find(KIND, userId);
    if (opened === undefined) return { generation: 0, document: undefined };
    const document = decodeUserDocument(opened.plain);
    if (isDeleted(document)) throw new ServiceError('ERR_ACCOUNT_DELETED');
    return { generation: opened.generation, document };
  }

  return {
    audit,
    find: async (userId) => {
      const opened = await documents.find(KIND, userId);
      const document = opened === undefined ? undefined : decodeUserDocument(opened.plain);
      return document === undefined || isDeleted(document) ? undefined : document;
    },
    update: (userId, change) =>
      lock.run(userId, async () => {
        const { generation, document } = await open(userId);
        const changed = change(document);
        if (changed === document) return changed;
        const { user, closed, dropped } = closeSegments(changed);
        for (const segment of closed) await audit.keep(userId, segment);
        await documents.commit(KIND, userId, generation, encodeUserDocument(user));
        for (const index of dropped) await audit.remove(userId, index);
        return user;
      }),
    remove: (userId, prepare, nowMs) =>
      lock.run(userId, async () => {
        const { generation, document } = await open(userId);
        const user = requireUser(document);
        await prepare(user);
        const remains: DeletedUser = { version: 1, userId, deletedAtMs: nowMs };
        await documents.commit(KIND, userId, generation, encodeUserDocument(remains));
        return user;
      }),
  };
}

/** For changes of a user that must exist. Throws ERR_SESSION_INVALID: the session names somebody who is gone. */
export function requireUser(document: UserDocument | undefined): UserDocument {
  if (document === undefined) throw new ServiceError('ERR_SESSION_INVALID');
  return document;
}
