/**
 * A change of one user together with the check that authorizes it. `Users` accepts only such
 * changes and applies them under the user's lock, so a session that has ended, expired or become
 * stale since the request arrived cannot change anything.
 */
import { CHANGE_RULES, type ChangeName, requireLiveSession, requireRule } from './session-rules.js';
import { requireUser, type UserDocument, type UserSession } from './user-document.js';

/**
 * Receives the user as it is under the lock, or undefined if there is none. Returns the changed
 * user, or throws.
 */
export type Apply = (user: UserDocument | undefined, nowMs: number) => UserDocument;

/** A user with one of its live sessions. */
export type LiveUser = { readonly user: UserDocument; readonly session: UserSession };

/** The ids of the session that requests a change and of its user. */
export type AskingSession = {
  readonly user: { readonly userId: string };
  readonly session: { readonly id: string };
};

/**
 * An authorized change. Only the static methods create one; the private members make the type
 * nominal.
 */
export class AuthorizedChange {
  readonly userId: string;
  readonly #apply: Apply;

  private constructor(userId: string, apply: Apply) {
    this.userId = userId;
    this.#apply = apply;
  }

  /**
   * Creates a change that a session requests. `change` receives the user and the session as they
   * are under the lock. Applying it throws ERR_SESSION_INVALID, ERR_SESSION_EXPIRED,
   * ERR_SESSION_TRANSPORT or ERR_STEP_UP_REQUIRED, and whatever `change` throws.
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

  /**
   * Creates the change of a sign-in, which has no session yet. `change` must spend the verified
   * challenge, so that this happens in the same commit.
   */
  static bySignIn(userId: string, change: Apply): AuthorizedChange {
    return new AuthorizedChange(userId, change);
  }

  /** Creates a change that no session requests. `_job` lists every reason for one. */
  static byService(
    _job: 'bootstrap' | 'session-upkeep' | 'passkey-counter',
    userId: string,
    change: Apply,
  ): AuthorizedChange {
    return new AuthorizedChange(userId, change);
  }

  /** Applies the change. The caller must hold the user's lock and pass the current time. */
  apply(user: UserDocument | undefined, nowMs: number): UserDocument {
    return this.#apply(user, nowMs);
  }
}
