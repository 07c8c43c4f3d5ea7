import { endOtherSessions, endSession, listSessions } from '../../api/sessions.js';
import { revokeOtherSessions, revokeSession } from '../../sign-in/sessions.js';
import { isExpired } from '../../accounts/session-rules.js';
import { sessionEndpoint, type Route } from '../route.js';
import type { Services } from '../services.js';
import { viewSession } from '../views.js';

/** Returns the routes of sessions. */
export function sessionRoutes({ users, clock }: Services): readonly Route[] {
  return [
    sessionEndpoint(listSessions, {
      limit: 'read',
      handle: async (_request, { user, session }) => ({
        status: 200,
        body: {
          sessions: user.sessions
            .filter((each) => !isExpired(each, clock()))
            .map((each) => viewSession(each, session.id)),
        },
      }),
    }),
    sessionEndpoint(endOtherSessions, {
      limit: 'write',
      change: 'session-end',
      handle: async (_request, live) => {
        await revokeOtherSessions(users, live);
        return { status: 204 };
      },
    }),
    sessionEndpoint(endSession, {
      limit: 'write',
      change: 'session-end',
      handle: async ({ params }, live) => {
        await revokeSession(users, live, params.id);
        return { status: 204 };
      },
    }),
  ];
}
