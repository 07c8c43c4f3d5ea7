/**
 * The users of the service. Each has a lock of its own: a change is authorized, applied and durable
 * before its promise resolves.
 *
 * Changes of one user that wait for the lock share a commit. They are applied in order and become
 * durable together, and each resolves to the document as it was right after that change. A change
 * that throws has no effect on the document or on the other changes. If another process has changed
 * the user in the meantime, the changes are applied again to what it left.
 */
import { errorCodeOf, ServiceError } from '../errors.js';
import type { KeyedLock } from '../runtime/keyed-lock.js';
import { type AuditLog, createAuditLog } from './audit-log.js';
import { withoutAdded, withRetention } from './audit-trail.js';
import type { AuthorizedChange } from './authorized-change.js';
import { OpenedUsers } from './opened-users.js';
import type { PlainChange, SealedDocuments } from './sealed-documents.js';
import { typedDocuments } from './typed-documents.js';
import { userCodec } from './user-codec.js';
import { type DeletedUser, isDeleted, requireUser, type UserDocument } from './user-document.js';
import { encodeRecords, recordedChange, userLogOf } from './user-log.js';

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
   * commits nothing. Rejects what the change throws, ERR_ACCOUNT_DELETED and ERR_STORE_*. `also`
   * are further changes of the same commit.
   */
  update(change: AuthorizedChange, also?: readonly PlainChange[]): Promise<UserDocument>;
  /**
   * Deletes a user, removes the user's log and leaves a tombstone. The change only authorizes the
   * deletion. `also` receives the current document and returns further changes for the same commit.
   * Rejects like `update`.
   */
  remove(
    deletion: AuthorizedChange,
    also: (document: UserDocument) => readonly PlainChange[],
  ): Promise<UserDocument>;
  readonly audit: AuditLog;
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

type Opened = { readonly generation: number; readonly document: UserDocument | undefined };

/** How often changes are applied again because another process has changed the user. */
const ATTEMPTS = 5;
/** The user's document is written when this many records follow it, so that few must be read. */
const MOST_RECORDS = 32;

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
      return () => resolve(withoutAdded(user));
    } catch (error) {
      return () => reject(error);
    }
  });
  return { after, settle };
}

const unchecked = (): void => undefined;
const requireStorable = (user: UserDocument): void => {
  userCodec.encode(user);
  encodeRecords(user.audit.added);
};

async function retryConflicts<T>(work: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      if (errorCodeOf(error) !== 'ERR_STORE_CONFLICT' || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** Creates the users on top of sealed documents. */
export function createUsers({
  documents,
  lock,
  clock,
  onChanged = () => undefined,
}: UsersParts): Users {
  const stored = typedDocuments(documents, userCodec);
  const opened = new OpenedUsers(documents);
  const waiting = new Map<string, Waiting[]>();

  async function open(userId: string): Promise<Opened> {
    const found = await opened.open(userId);
    if (found === undefined) return { generation: 0, document: undefined };
    if (isDeleted(found.value)) throw new ServiceError('ERR_ACCOUNT_DELETED');
    return { generation: found.generation, document: found.value };
  }

  /** Commits the user's document, or only its records if they contain everything that changed. */
  async function commit(
    { generation, document }: Opened,
    changed: UserDocument,
    also: readonly PlainChange[] = [],
  ): Promise<void> {
    const user = withRetention(changed);
    const { userId, audit } = user;
    const log = userLogOf(userId);
    const isDue = audit.nextSeq % MOST_RECORDS < audit.added.length;
    const grants = document && !isDue ? recordedChange(document, user) : undefined;
    const writesDocument = grants === undefined;
    const changes: PlainChange[] = writesDocument
      ? [stored.put(userId, generation, user)]
      : [{ change: 'require', kind: userCodec.kind, id: userId, expected: generation }];
    if (audit.added.length > 0) {
      const plain = encodeRecords(audit.added, grants);
      changes.push({ change: 'append', log, expected: audit.nextSeq - plain.length, plain });
    }
    if (document !== undefined && audit.firstSeq > document.audit.firstSeq) {
      changes.push({ change: 'drop', log, before: audit.firstSeq });
    }
    await documents.commit([...changes, ...also]);
    const next = writesDocument ? generation + 1 : generation;
    opened.note(userId, { generation: next, value: withoutAdded(user) });
  }

  /**
   * Returns the callbacks to call after the commit. If the changes cannot be stored together, each
   * is checked by itself to reject only those at fault.
   */
  async function applyAndCommit(
    before: Opened,
    batch: readonly Waiting[],
  ): Promise<readonly (() => void)[]> {
    const { document } = before;
    const nowMs = clock();
    const finish = async (
      check: (user: UserDocument) => void,
    ): Promise<readonly (() => void)[]> => {
      const { after, settle } = applyAll(document, batch, nowMs, check);
      if (after !== undefined && after !== document) {
        await commit(before, after);
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

  /**
   * Commits changes of the user as this process remembers it, without reading it. The commit of a
   * record confirms that neither the document nor the log has changed since. Returns undefined if
   * there is no record to commit, because then nothing would confirm what is remembered.
   */
  async function commitRecalled(
    userId: string,
    batch: readonly Waiting[],
  ): Promise<readonly (() => void)[] | undefined> {
    const recalled = opened.recall(userId);
    if (recalled === undefined || isDeleted(recalled.value)) return undefined;
    const { generation, value: document } = recalled;
    const { after, settle } = applyAll(document, batch, clock(), unchecked);
    if (after === undefined || after.audit.added.length === 0) return undefined;
    try {
      await commit({ generation, document }, after);
    } catch (error) {
      // `applyAndCommit` finds the changes that cannot be stored.
      if (error instanceof TypeError) return undefined;
      throw error;
    }
    onChanged(document, after);
    return settle;
  }

  /** Commits one change together with further changes. */
  async function updateAlone(
    change: AuthorizedChange,
    also: readonly PlainChange[],
  ): Promise<UserDocument> {
    const before = await open(change.userId);
    const user = change.apply(before.document, clock());
    if (user !== before.document) {
      await commit(before, user, also);
      onChanged(before.document, user);
    }
    return withoutAdded(user);
  }

  async function commitAll(userId: string): Promise<void> {
    let batch: readonly Waiting[] = [];
    const take = (): readonly Waiting[] => {
      batch = [...batch, ...(waiting.get(userId) ?? [])];
      waiting.delete(userId);
      return batch;
    };
    try {
      const settle = await retryConflicts(
        async (attempt) =>
          (attempt === 1 ? await commitRecalled(userId, take()) : undefined) ??
          applyAndCommit(await open(userId), take()),
      );
      for (const tell of settle) tell();
    } catch (error) {
      for (const { reject } of take()) reject(error);
    }
  }

  return {
    audit: createAuditLog(documents),
    find: async (userId) => {
      const found = await opened.open(userId);
      return found === undefined || isDeleted(found.value) ? undefined : found.value;
    },
    findUndeleted: async (userId) => (await open(userId)).document,
    everExisted: async (userId) => (await opened.open(userId)) !== undefined,
    update: (change, also = []) => {
      const { userId } = change;
      // Others must not fail because of these changes, so they do not share the commit.
      if (also.length > 0) {
        return lock.run(userId, () => retryConflicts(() => updateAlone(change, also)));
      }
      return new Promise((resolve, reject) => {
        const queue = waiting.get(userId) ?? [];
        queue.push({ change, resolve, reject });
        waiting.set(userId, queue);
        // The first change waits for the lock; changes that arrive meanwhile join its batch.
        if (queue.length === 1) lock.run(userId, () => commitAll(userId)).catch(reject);
      });
    },
    remove: (deletion, also) =>
      lock.run(deletion.userId, () =>
        retryConflicts(async () => {
          const { userId } = deletion;
          const { generation, document } = await open(userId);
          const nowMs = clock();
          const user = requireUser(document);
          deletion.apply(user, nowMs);
          const remains: DeletedUser = { version: 1, userId, deletedAtMs: nowMs };
          await documents.commit([
            stored.put(userId, generation, remains),
            { change: 'drop', log: userLogOf(userId), before: user.audit.nextSeq },
            ...also(user),
          ]);
          opened.note(userId, { generation: generation + 1, value: remains });
          onChanged(user, undefined);
          return user;
        }),
      ),
  };
}
