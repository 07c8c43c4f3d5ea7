/**
 * The users of the service. Each has a lock of its own: a change is authorized, applied and durable
 * before its promise resolves.
 *
 * Changes of one user that wait for the lock share a commit. They are applied in order and become
 * durable together, and each resolves to the document as it was right after that change. A change
 * that throws has no effect on the document or on the other changes.
 */
import { ServiceError } from '../errors.js';
import type { KeyedLock } from '../runtime/keyed-lock.js';
import { createAuditSegments, type AuditSegments } from './audit-segments.js';
import { closeSegments } from './audit-trail.js';
import type { AuthorizedChange } from './authorized-change.js';
import type { SealedDocuments } from './sealed-documents.js';
import { typedDocuments } from './typed-documents.js';
import {
  type DeletedUser,
  isDeleted,
  requireUser,
  userCodec,
  type UserDocument,
} from './user-document.js';

/** Reads and changes the documents of users. */
export type Users = {
  /** Returns undefined for a user who never existed or was deleted. */
  find(userId: string): Promise<UserDocument | undefined>;
  /** Returns undefined for a user who never existed. Rejects ERR_ACCOUNT_DELETED. */
  findUndeleted(userId: string): Promise<UserDocument | undefined>;
  /** Returns whether a user with this id exists or was deleted. */
  everExisted(userId: string): Promise<boolean>;
  /**
   * Makes a change durable together with its audit entries. A change that returns the same object
   * commits nothing. Rejects what the change throws, ERR_ACCOUNT_DELETED and ERR_STORE_*.
   */
  update(change: AuthorizedChange): Promise<UserDocument>;
  /**
   * Deletes a user and leaves a tombstone. The change only authorizes the deletion. `prepare`
   * receives the current document and runs before the tombstone is written; if it rejects, the user
   * stays. Rejects like `update`.
   */
  remove(
    deletion: AuthorizedChange,
    prepare: (document: UserDocument) => Promise<void>,
  ): Promise<UserDocument>;
  readonly audit: AuditSegments;
};

/** The dependencies of `Users`. */
export type UsersParts = {
  readonly documents: SealedDocuments;
  readonly lock: KeyedLock;
  readonly clock: () => number;
  /** Called after each change is durable. `after` is undefined if the user was deleted. */
  readonly onChanged?: (before: UserDocument | undefined, after: UserDocument | undefined) => void;
};

type Waiting = {
  readonly change: AuthorizedChange;
  readonly resolve: (user: UserDocument) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Applies the waiting changes in order. Returns the document to commit and the callbacks that
 * settle the changes afterwards.
 */
function applyAll(
  document: UserDocument | undefined,
  batch: readonly Waiting[],
  nowMs: number,
  check: (user: UserDocument) => void,
): { readonly after: UserDocument | undefined; readonly settle: readonly (() => void)[] } {
  let after = document;
  const settle = batch.map(({ change, resolve, reject }) => {
    try {
      const user = change.apply(after, nowMs);
      check(user);
      after = user;
      return () => resolve(user);
    } catch (error) {
      return () => reject(error);
    }
  });
  return { after, settle };
}

const unchecked = (): void => undefined;
const requireStorable = (user: UserDocument): void => void userCodec.encode(user);

/** Creates the users on top of sealed documents. */
export function createUsers({
  documents,
  lock,
  clock,
  onChanged = () => undefined,
}: UsersParts): Users {
  const audit = createAuditSegments(documents);
  const stored = typedDocuments(documents, userCodec);
  const waiting = new Map<string, Waiting[]>();

  async function open(userId: string) {
    const opened = await stored.find(userId);
    if (opened === undefined) return { generation: 0, document: undefined };
    const { generation, value } = opened;
    if (isDeleted(value)) throw new ServiceError('ERR_ACCOUNT_DELETED');
    return { generation, document: value };
  }

  async function commit(userId: string, generation: number, changed: UserDocument): Promise<void> {
    const { user, closed, dropped } = closeSegments(changed);
    for (const segment of closed) await audit.keep(userId, segment);
    await stored.commit(userId, generation, user);
    for (const index of dropped) await audit.remove(userId, index);
  }

  /**
   * Returns the callbacks to call after the commit. If the changes cannot be stored together, each
   * is checked by itself to reject only those at fault.
   */
  async function applyAndCommit(
    userId: string,
    generation: number,
    document: UserDocument | undefined,
    batch: readonly Waiting[],
  ): Promise<readonly (() => void)[]> {
    const nowMs = clock();
    const finish = async (
      check: (user: UserDocument) => void,
    ): Promise<readonly (() => void)[]> => {
      const { after, settle } = applyAll(document, batch, nowMs, check);
      if (after !== undefined && after !== document) {
        await commit(userId, generation, after);
        onChanged(document, after);
      }
      return settle;
    };
    try {
      return await finish(unchecked);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return finish(requireStorable);
    }
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
      const settle = await applyAndCommit(userId, generation, document, take());
      for (const tell of settle) tell();
    } catch (error) {
      for (const { reject } of [...batch, ...take()]) reject(error);
    }
  }

  return {
    audit,
    find: async (userId) => {
      const opened = await stored.find(userId);
      return opened === undefined || isDeleted(opened.value) ? undefined : opened.value;
    },
    findUndeleted: async (userId) => (await open(userId)).document,
    everExisted: async (userId) => (await stored.find(userId)) !== undefined,
    update: (change) =>
      new Promise((resolve, reject) => {
        const { userId } = change;
        const queue = waiting.get(userId) ?? [];
        queue.push({ change, resolve, reject });
        waiting.set(userId, queue);
        // The first change waits for the lock; changes that arrive meanwhile join its batch.
        if (queue.length === 1) lock.run(userId, () => commitAll(userId)).catch(reject);
      }),
    remove: (deletion, prepare) =>
      lock.run(deletion.userId, async () => {
        const { userId } = deletion;
        const { generation, document } = await open(userId);
        const nowMs = clock();
        const user = requireUser(document);
        deletion.apply(user, nowMs);
        await prepare(user);
        const remains: DeletedUser = { version: 1, userId, deletedAtMs: nowMs };
        await stored.commit(userId, generation, remains);
        onChanged(user, undefined);
        return user;
      }),
  };
}
