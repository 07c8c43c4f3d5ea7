/** What a person may do with sessions: see them, end them; and how fresh one must be for what can not be taken back. */
import { withAudit } from '../accounts/audit-trail.js';
import type { UserSession } from '../accounts/user-document.js';
import { requireUser, type Users } from '../accounts/users.js';
import { ServiceError } from '../errors.js';
import { isFreshlyVerified, withoutSession } from './session-rules.js';

/** Ends the session that asks; durable when it resolves. */
export async function signOut(
  users: Users,
  userId: string,
  sessionId: string,
  nowMs: number,
): Promise<void> {
  await users.update(userId, (document) => {
    const user = requireUser(document);
    const left = withoutSession(user, sessionId);
    return left === undefined ? user : withAudit(left, nowMs, 'signed-out', { sessionId });
  });
}

/** Ends another session of the user. Rejects ERR_SESSION_NOT_FOUND. */
export async function revokeSession(
  users: Users,
  userId: string,
  sessionId: string,
  { by, nowMs }: { readonly by: string; readonly nowMs: number },
): Promise<void> {
  await users.update(userId, (document) => {
    const left = withoutSession(requireUser(document), sessionId);
    if (left === undefined) throw new ServiceError('ERR_SESSION_NOT_FOUND');
    return withAudit(left, nowMs, 'session-revoked', { sessionId, by });
  });
}

/** Throws ERR_STEP_UP_REQUIRED: the person signs in again, with the same browser, and asks again. */
export function requireStepUp(session: UserSession, nowMs: number): void {
  if (!isFreshlyVerified(session, nowMs)) throw new ServiceError('ERR_STEP_UP_REQUIRED');
}
