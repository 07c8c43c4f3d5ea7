/** Ends sessions, on request of a session of the same user. */
import { withAudit } from '../accounts/audit-trail.js';
import { type AskingSession, AuthorizedChange } from '../accounts/authorized-change.js';
import {
  CHANGE_RULES,
  type ChangeName,
  requireLiveSession,
  requireRule,
  withoutSession,
} from '../accounts/session-rules.js';
import { requireUser } from '../accounts/user-document.js';
import type { Users } from '../accounts/users.js';
import { ServiceError } from '../errors.js';

/** Ends the session that makes the request. The end is durable when the promise resolves. */
export async function signOut(users: Users, asking: AskingSession): Promise<void> {
  await users.update(
    AuthorizedChange.bySession(asking, 'session-end', ({ user, session }, nowMs) => {
      const left = withoutSession(user, session.id) ?? user;
      return withAudit(left, nowMs, 'signed-out', { sessionId: session.id });
    }),
  );
}

/**
 * Ends a session of the same user. The end is durable when the promise resolves. Rejects
 * ERR_SESSION_NOT_FOUND.
 */
export async function revokeSession(
  users: Users,
  asking: AskingSession,
  sessionId: string,
): Promise<void> {
  await users.update(
    AuthorizedChange.bySession(asking, 'session-end', ({ user, session }, nowMs) => {
      const left = withoutSession(user, sessionId);
      if (left === undefined) throw new ServiceError('ERR_SESSION_NOT_FOUND');
      return withAudit(left, nowMs, 'session-revoked', { sessionId, by: session.id });
    }),
  );
}

/** Ends every other session of the same user. The end is durable when the promise resolves. */
export async function revokeOtherSessions(users: Users, asking: AskingSession): Promise<void> {
  await users.update(
    AuthorizedChange.bySession(asking, 'session-end', ({ user, session }, nowMs) =>
      user.sessions
        .filter(({ id }) => id !== session.id)
        .reduce(
          (left, { id }) =>
            withAudit(withoutSession(left, id) ?? left, nowMs, 'session-revoked', {
              sessionId: id,
              by: session.id,
            }),
          user,
        ),
    ),
  );
}

/**
 * Requires that a session may still make a change, for operations that commit nothing. Rejects as
 * `AuthorizedChange.bySession`.
 */
export async function requireStillAllowed(
  { users, clock }: { readonly users: Users; readonly clock: () => number },
  { user: { userId }, session: { id } }: AskingSession,
  name: ChangeName,
): Promise<void> {
  const user = requireUser(await users.find(userId));
  const nowMs = clock();
  requireRule(user, requireLiveSession(user, id, nowMs), CHANGE_RULES[name], nowMs);
}
