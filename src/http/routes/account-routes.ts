import { z } from 'zod';
import { requireUser } from '../../accounts/users.js';
import { sessionRoute, type Route } from '../route.js';
import type { Services } from '../services.js';
import { viewUser } from '../views.js';

const preferencesBody = z.strictObject({ autoSignEnabled: z.boolean().optional() });

export function accountRoutes({ users }: Services): readonly Route[] {
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
      handle: async ({ body }, { user }) => {
        const { autoSignEnabled } = body;
        const after = await users.update(user.userId, (document) => {
          const known = requireUser(document);
          if (autoSignEnabled === undefined) return known;
          return { ...known, preferences: { ...known.preferences, autoSignEnabled } };
        });
        return { status: 200, body: viewUser(after) };
      },
    }),
  ];
}
