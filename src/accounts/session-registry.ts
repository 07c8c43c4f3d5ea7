/**
 * Tracks the work that ends with a session: event streams, long polls, exports and pending reviews.
 *
 * The registry owns the holds of this process. A hold ends when its session leaves the user's
 * document for any reason (sign-out, revocation, eviction, a removed credential, a deleted
 * account), when the session expires, or when the key it refers to is archived. Nothing is durable:
 * after a crash there is nothing left to end.
 *
 * The commits of another replica are not reported here. Work that lasts therefore reads the user
 * again and passes what it finds to `noteChange`: event streams and long polls every
 * FOLLOW_EVERY_MS, and exports before each page. Reviews of a shared store are checked when they
 * are taken.
 */
import { endOf } from './session-rules.js';
import type { UserDocument, UserSession } from './user-document.js';

const SWEEP_EVERY_MS = 1_000;

/**
 * A hold on a session. `signal` aborts when the session ends; call `release` when the work is done.
 */
export type SessionHold = { readonly signal: AbortSignal; release(): void };

type Hold = { readonly keyId: string | undefined; readonly abort: () => void };
type Held = { readonly holds: Set<Hold>; endsAtMs: number };

/** The sessions of this process that have work attached. */
export class SessionRegistry {
  readonly #clock: () => number;
  readonly #held = new Map<string, Held>();
  readonly #listeners: ((sessionId: string) => void)[] = [];
  #sweeper: NodeJS.Timeout | undefined;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Attaches work to a session, and also to a key if `keyId` is given. */
  hold(session: UserSession, keyId?: string): SessionHold {
    const end = new AbortController();
    const hold: Hold = { keyId, abort: () => end.abort() };
    const held = this.#held.get(session.id) ?? { holds: new Set(), endsAtMs: endOf(session) };
    held.holds.add(hold);
    this.#held.set(session.id, held);
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_EVERY_MS).unref();
    return { signal: end.signal, release: () => this.#release(session.id, hold) };
  }

  /** Registers a listener that receives the id of each session that ends. */
  onEnded(listener: (sessionId: string) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Processes a durable change of a user, whichever replica has made it. `after` is undefined if
   * the user was deleted.
   */
  noteChange(before: UserDocument | undefined, after: UserDocument | undefined): void {
    const kept = new Map(after?.sessions.map((session) => [session.id, session]));
    for (const { id } of before?.sessions ?? []) {
      const session = kept.get(id);
      if (session === undefined) this.#end(id);
      else this.#postpone(session);
    }
    this.#endArchived(before, after);
  }

  /** Ends all holds. To be called at shutdown. */
  endAll(): void {
    for (const sessionId of this.#held.keys()) this.#end(sessionId);
  }

  #postpone(session: UserSession): void {
    const held = this.#held.get(session.id);
    if (held !== undefined) held.endsAtMs = endOf(session);
  }

  #endArchived(before: UserDocument | undefined, after: UserDocument | undefined): void {
    const wasActive = new Set(
      before?.keys.filter(({ archivedAtMs }) => archivedAtMs === undefined).map(({ id }) => id),
    );
    const archived = new Set(
      after?.keys
        .filter(({ id, archivedAtMs }) => archivedAtMs !== undefined && wasActive.has(id))
        .map(({ id }) => id),
    );
    if (archived.size === 0) return;
    for (const { id } of after?.sessions ?? []) {
      for (const hold of this.#held.get(id)?.holds ?? []) {
        if (hold.keyId !== undefined && archived.has(hold.keyId)) hold.abort();
      }
    }
  }

  #end(sessionId: string): void {
    const held = this.#held.get(sessionId);
    this.#held.delete(sessionId);
    for (const hold of held?.holds ?? []) hold.abort();
    for (const listener of this.#listeners) listener(sessionId);
    this.#stopSweeping();
  }

  #release(sessionId: string, hold: Hold): void {
    const held = this.#held.get(sessionId);
    held?.holds.delete(hold);
    if (held?.holds.size === 0) this.#held.delete(sessionId);
    this.#stopSweeping();
  }

  #sweep(): void {
    const nowMs = this.#clock();
    for (const [sessionId, { endsAtMs }] of this.#held) {
      if (endsAtMs <= nowMs) this.#end(sessionId);
    }
  }

  #stopSweeping(): void {
    if (this.#held.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }
}
