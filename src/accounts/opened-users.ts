/**
 * Opens users: the document as it was written, and the records of the user's log since then.
 *
 * Opened users stay in a bounded cache, as parsed values and never with a key. An entry is returned
 * only after the store has confirmed, in the same call, that neither the document nor the log has
 * changed since. It therefore makes no difference who changed them. A user that others have changed
 * must continue the audit trail that this process knows: a store that shows another history of the
 * same user is rejected.
 */
import { ServiceError } from '../errors.js';
import { BoundedMap } from '../runtime/bounded-map.js';
import type { LegacyUser } from './legacy-user-document.js';
import { migrateUser } from './legacy-users.js';
import type { SealedDocuments } from './sealed-documents.js';
import type { StoreHead } from './state-store.js';
import { type OpenedValue, type TypedDocuments, typedDocuments } from './typed-documents.js';
import { isLegacy, type StoredUser, userCodec } from './user-codec.js';
import { type DeletedUser, isDeleted, type UserDocument } from './user-document.js';
import { userLogOf, userRecordCodec, withRecords } from './user-log.js';

type CachedUser = UserDocument | DeletedUser;

/** A user or a tombstone, and the generation of its document. */
export type OpenedUser = OpenedValue<CachedUser>;

/** The number of users in the cache, at about 10 KB each. */
const MOST_CACHED = 4_096;
/** How often a user that others change at the same time is read again. */
const ATTEMPTS = 8;

/** Returns whether neither the document nor the log has changed since a user was opened. */
const isAt = ({ generation, value }: OpenedUser, head: StoreHead): boolean =>
  generation === head.generation && (isDeleted(value) || value.audit.nextSeq === head.next);

/** Opens users and remembers them. */
export class OpenedUsers {
  readonly #documents: SealedDocuments;
  readonly #stored: TypedDocuments<StoredUser>;
  readonly #cache: BoundedMap<string, OpenedUser>;

  /** `most` is the number of users to remember. */
  constructor(documents: SealedDocuments, most: number = MOST_CACHED) {
    this.#documents = documents;
    this.#stored = typedDocuments(documents, userCodec);
    this.#cache = new BoundedMap(most);
  }

  /**
   * Returns undefined for a user who never existed. Rejects ERR_STATE_TAMPERED, and
   * ERR_STORE_CONFLICT if others keep changing the user.
   */
  async open(userId: string): Promise<OpenedUser | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const head = await this.#documents.headOf(userCodec.kind, userId, userLogOf(userId));
      if (head.generation === 0) return undefined;
      const cached = this.#cache.get(userId);
      if (cached !== undefined && isAt(cached, head)) return cached;
      await this.#read(userId);
    }
    throw new ServiceError('ERR_STORE_CONFLICT');
  }

  /**
   * Returns a user as this process remembers it. Only a commit may use it, because that confirms
   * it.
   */
  recall(userId: string): OpenedUser | undefined {
    return this.#cache.get(userId);
  }

  /** Remembers a user that this process has just committed. */
  note(userId: string, opened: OpenedUser): void {
    this.#cache.set(userId, opened);
  }

  /** Reads a user into the cache, or migrates it. */
  async #read(userId: string): Promise<void> {
    // What this process knew before the read, because a commit of its own may end meanwhile.
    const known = this.#cache.get(userId)?.value;
    const found = await this.#stored.find(userId);
    if (found === undefined) return;
    const { generation, value } = found;
    if (isLegacy(value)) return this.#migrate({ generation, value });
    const opened = isDeleted(value) ? value : await this.#follow(generation, value);
    if (opened !== undefined && known !== undefined) await this.#requireContinued(known, opened);
    if (opened !== undefined) this.#cache.set(userId, { generation, value: opened });
  }

  /**
   * Follows the log from where the document was written. Returns undefined if the document has
   * changed in the meantime.
   */
  async #follow(generation: number, user: UserDocument): Promise<UserDocument | undefined> {
    const log = userLogOf(user.userId);
    const { nextSeq } = user.audit;
    const count = (await this.#documents.nextOf(log)) - nextSeq;
    const records = count > 0 ? await this.#documents.readLog(log, nextSeq, count) : [];
    if ((await this.#documents.generationOf(userCodec.kind, user.userId)) !== generation) {
      return undefined;
    }
    // The document cannot be newer than the log, because one commit writes both.
    if (records.length !== count) throw new ServiceError('ERR_STATE_TAMPERED');
    return withRecords(user, records);
  }

  /**
   * Rejects ERR_STATE_TAMPERED if the trail of a user does not contain the last entry that is
   * known.
   */
  async #requireContinued(known: CachedUser, opened: CachedUser): Promise<void> {
    if (isDeleted(known) || isDeleted(opened)) return;
    const { nextSeq, head } = known.audit;
    const { audit, userId } = opened;
    // Retention has dropped the entries that would show it.
    if (nextSeq < audit.firstSeq) return;
    const [next] =
      nextSeq < audit.nextSeq ? await this.#documents.readLog(userLogOf(userId), nextSeq, 1) : [];
    const continued =
      next === undefined ? audit.head : userRecordCodec.decode(next.plain).entry.prev;
    if (continued !== head) throw new ServiceError('ERR_STATE_TAMPERED');
  }

  async #migrate(found: OpenedValue<LegacyUser>): Promise<void> {
    try {
      await migrateUser(this.#documents, found);
    } catch (error) {
      // Another request has migrated the user in the meantime.
      if (!(error instanceof ServiceError && error.code === 'ERR_STORE_CONFLICT')) throw error;
    }
  }
}
