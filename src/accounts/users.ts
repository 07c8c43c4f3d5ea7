/**
 * The users of the service, each behind a mutex of its own: a change is read, made and durable before it is answered.
 *
 * Changes of one user that wait for each other share a commit: they are made one after the other, become durable together, and
 * each is answered with the document as it left it. One that throws changes nothing and stops no other.
 */
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

type Change = (document: UserDocument | undefined) => UserDocument;
type Waiting = {
  readonly change: Change;
  readonly resolve: (user: UserDocument) => void;
  readonly reject: (error: unknown) => void;
};

/** Makes waiting changes in their order; answers what is to be committed, and who is to be told what afterwards. */
function applyAll(
  document: UserDocument | undefined,
  batch: readonly Waiting[],
): { readonly after: UserDocument | undefined; readonly settle: readonly (() => void)[] } {
  let after = document;
  const settle = batch.map(({ change, resolve, reject }) => {
    try {
      const user = change(after);
      after = user;
      return () => resolve(user);
    } catch (error) {
      return () => reject(error);
    }
  });
  return { after, settle };
}

export function createUsers(documents: SealedDocuments, lock: KeyedLock): Users {
  const audit = createAuditSegments(documents);
  const waiting = new Map<string, Waiting[]>();

  async function open(userId: string): Promise<Opened> {
    const opened = await documents.find(KIND, userId);
    if (opened === undefined) return { generation: 0, document: undefined };
    const document = decodeUserDocument(opened.plain);
    if (isDeleted(document)) throw new ServiceError('ERR_ACCOUNT_DELETED');
    return { generation: opened.generation, document };
  }

  async function commit(userId: string, generation: number, changed: UserDocument): Promise<void> {
    const { user, closed, dropped } = closeSegments(changed);
    for (const segment of closed) await audit.keep(userId, segment);
    await documents.commit(KIND, userId, generation, encodeUserDocument(user));
    for (const index of dropped) await audit.remove(userId, index);
  }

  async function commitAll(userId: string): Promise<void> {
    let batch: readonly Waiting[] = [];
    const take = (): readonly Waiting[] => {
      batch = waiting.get(userId) ?? [];
      waiting.delete(userId);
      return batch;
    };
    try {
      const { generation, document } = await open(userId);
      const { after, settle } = applyAll(document, take());
      if (after !== undefined && after !== document) await commit(userId, generation, after);
      for (const tell of settle) tell();
    } catch (error) {
      for (const { reject } of [...batch, ...take()]) reject(error);
    }
  }

  return {
    audit,
    find: async (userId) => {
      const opened = await documents.find(KIND, userId);
      const document = opened === undefined ? undefined : decodeUserDocument(opened.plain);
      return document === undefined || isDeleted(document) ? undefined : document;
    },
    update: (userId, change) =>
      new Promise((resolve, reject) => {
        const queue = waiting.get(userId) ?? [];
        queue.push({ change, resolve, reject });
        waiting.set(userId, queue);
        // The first one waits for the lock; whoever comes while it does rides along.
        if (queue.length === 1) lock.run(userId, () => commitAll(userId)).catch(reject);
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
