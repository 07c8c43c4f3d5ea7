import { z } from 'zod';
import { withAudit } from '../../accounts/audit-trail.js';
import type { UserDocument, UserSession } from '../../accounts/user-document.js';
import { requireUser } from '../../accounts/users.js';
import { requireStepUp } from '../../sign-in/sessions.js';
import { sessionRoute, type Route } from '../route.js';
import type { Services } from '../services.js';
import { clearSessionCookie } from '../session-cookie.js';
import { viewUser } from '../views.js';

const preferencesBody = z.strictObject({
  autoSignEnabled: z.boolean().optional(),
  delegateSignEnabled: z.boolean().optional(),
});
type Preferences = z.infer<typeof preferencesBody>;
const NAMES = ['autoSignEnabled', 'delegateSignEnabled'] as const;

/** Switching something on takes a person who is there; switching it off never waits. */
function withPreferences(
  user: UserDocument,
  wanted: Preferences,
  session: UserSession,
  nowMs: number,
): UserDocument {
  let after = user;
  for (const name of NAMES) {
    const value = wanted[name];
    if (value === undefined || value === after.preferences[name]) continue;
    if (value && session.transport === 'cookie') requireStepUp(session, nowMs);
    const preferences = { ...after.preferences, [name]: value };
    after = withAudit({ ...after, preferences }, nowMs, 'preference-changed', { name, value });
  }
  return after;
}

/** What stays after a deletion, and where. */
const remainsOf = (user: UserDocument, node: string) => ({
  data: `The data on ${node} stays there: it belongs to the addresses below, whose keys are gone for good.`,
  addresses: user.keys.map(({ address }) => address),
  tombstone:
    'A keyed hash that says that there was an account: a wallet would otherwise derive the same keys again.',
});

export function accountRoutes(services: Services): readonly Route[] {
  const { users, clock, config, streams, eraseAccount } = services;
  return [
    sessionRoute({
      method: 'GET',
      path: '/api/account',
      summary: 'The signed-in user',
      limit: 'read',
      handle: async (_request, { user }) => ({ status: 200, body: viewUser(user) }),
    }),
    sessionRoute({
      method: 'PATCH',
      path: '/api/account',
      summary: 'Change a preference',
      limit: 'write',
      body: preferencesBody,
      handle: async ({ body }, { user, session }) => {
        const after = await users.update(user.userId, (document) =>
          withPreferences(requireUser(document), body, session, clock()),
        );
        return { status: 200, body: viewUser(after) };
      },
    }),
    sessionRoute({
      method: 'DELETE',
      path: '/api/account',
      summary: 'Delete the account for good',
      limit: 'credential',
      handle: async (_request, { user, session }) => {
        const gone = await eraseAccount(user.userId, () => requireStepUp(session, clock()));
        for (const { id } of gone.sessions) streams.closeSession(id);
        const isCookie = session.transport === 'cookie';
        return {
          status: 200,
          body: { deleted: true, remains: remainsOf(gone, config.TINYCLOUD_BOOTSTRAP_HOST) },
          ...(isCookie ? { headers: { 'Set-Cookie': clearSessionCookie() } } : {}),
        };
      },
    }),
  ];
}
