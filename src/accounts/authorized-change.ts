/**
 * A change of one user together with the check that permits it. `Users` accepts nothing else, and applies it under the user's
 * lock: a session that ended, expired or grew stale since the request arrived changes nothing.
 */
import { CHANGE_RULES, type ChangeName, requireLiveSession, requireRule } from './session-rules.js';
import { requireUser, type UserDocument, type UserSession } from './user-document.js';

/** Sees the user as it is under the lock, undefined where there is none. Returns it changed, or throws. */
export type Apply = (user: UserDocument | undefined, nowMs: number) => UserDocument;

/** A user with one of its live sessions. */
export type LiveUser = { readonly user: UserDocument; readonly session: UserSession };

/** Which session asks for a change. */
export type AskingSession = {
  readonly user: { readonly userId: string };
  readonly session: { readonly id: string };
};

/** Made by its static methods only; the private members make the type nominal. */
export class AuthorizedChange {
  readonly userId: string;
  readonly #apply: Apply;

  private constructor(userId: string, apply: Apply) {
    this.userId = userId;
    this.#apply = apply;
  }

  /**
   * A change that a session asks for. `change` sees the user and the session as they are under the lock. Throws
   * ERR_SESSION_INVALID, ERR_SESSION_EXPIRED, ERR_SESSION_TRANSPORT or ERR_STEP_UP_REQUIRED, and what `change` throws.
   */
  static bySession(
    from: AskingSession,
    name: ChangeName,
    change: (now: LiveUser, nowMs: number) => UserDocument,
  ): AuthorizedChange {
    return new AuthorizedChange(from.user.userId, (user, nowMs) => {
      const known = requireUser(user);
      const session = requireLiveSession(known, from.session.id, nowMs);
      requireRule(known, session, CHANGE_RULES[name], nowMs);
      return change({ user: known, session }, nowMs);
    });
  }

  /** A sign-in, which has no session yet. `change` spends the verified challenge in the same commit. */
  static bySignIn(userId: string, change: Apply): AuthorizedChange {
    return new AuthorizedChange(userId, change);
  }

  /** Work that no session asks for; `_job` lists every reason. */
  static byService(
    _job: 'bootstrap' | 'session-upkeep' | 'passkey-counter',
    userId: string,
    change: Apply,
  ): AuthorizedChange {
    return new AuthorizedChange(userId, change);
  }

  /** Applies the change. To be called under the user's lock, with the time that it is there. */
  apply(user: UserDocument | undefined, nowMs: number): UserDocument {
    return this.#apply(user, nowMs);
  }
}
