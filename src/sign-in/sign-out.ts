import { requireUser, type Users } from '../accounts/users.js';

/** Ends one session of a user; durable when it resolves. */
export async function signOut(users: Users, userId: string, sessionId: string): Promise<void> {
  await users.update(userId, (document) => {
    const user = requireUser(document);
    return { ...user, sessions: user.sessions.filter(({ id }) => id !== sessionId) };
  });
}
