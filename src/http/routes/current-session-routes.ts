import { getCurrentSession } from '../../api/current-session.js';
import { optionalSessionEndpoint, type Route } from '../route.js';
import { viewKey } from '../views.js';

/** Returns the route by which a page asks whether someone is signed in. */
export function currentSessionRoutes(): readonly Route[] {
  return [
    optionalSessionEndpoint(getCurrentSession, {
      limit: 'read',
      handle: async (_request, live) => ({
        status: 200,
        body: { signedIn: live !== undefined, keys: live?.user.keys.map(viewKey) ?? [] },
      }),
    }),
  ];
}
