import { z } from 'zod';
import { ServiceError } from '../../errors.js';
import { requireUser } from '../../accounts/users.js';
import type { UserDocument, UserKey } from '../../accounts/user-document.js';
import { addKey } from '../../accounts/add-key.js';
import { withAudit } from '../../accounts/audit-trail.js';
import { requireKey } from '../../signing/require-key.js';
import { sessionRoute, type Route } from '../route.js';
import type { Services } from '../services.js';
import { viewKey } from '../views.js';

const label = z.string().trim().min(1).max(100);
const createBody = z.strictObject({ label: label.optional() });
const patchBody = z.strictObject({ label });
const MAX_KEYS = 20;

type KeyChange = {
  readonly type: 'key-renamed' | 'key-archived' | 'key-unarchived';
  readonly change: (key: UserKey) => UserKey;
};

function withKey(
  document: UserDocument | undefined,
  keyId: string,
  { type, change }: KeyChange,
  nowMs: number,
): UserDocument {
  const user = requireUser(document);
  requireKey(user, keyId);
  const keys = user.keys.map((key) => (key.id === keyId ? change(key) : key));
  return withAudit({ ...user, keys }, nowMs, type, { keyId });
}

export function keyRoutes({ users, keys, clock }: Services): readonly Route[] {
  const update = async (
    userId: string,
    keyId: string,
    wanted: KeyChange,
  ): Promise<{ status: 200; body: unknown }> => {
    const user = await users.update(userId, (document) =>
      withKey(document, keyId, wanted, clock()),
    );
    return { status: 200, body: viewKey(requireKey(user, keyId)) };
  };
  return [
    sessionRoute({
      method: 'GET',
      path: '/api/keys',
      summary: 'The keys of the user',
      limit: 'read',
      handle: async (_request, { user }) => ({
        status: 200,
        body: { keys: user.keys.map(viewKey) },
      }),
    }),
    sessionRoute({
      method: 'POST',
      path: '/api/keys',
      summary: 'Create a key',
      limit: 'key-create',
      body: createBody,
      handle: async ({ body }, { user }) => {
        const after = await users.update(user.userId, (document) => {
          const known = requireUser(document);
          if (known.keys.length >= MAX_KEYS) throw new ServiceError('ERR_KEY_LIMIT');
          return addKey(known, keys, body.label ?? `Key ${known.keys.length + 1}`, clock());
        });
        const key = after.keys.at(-1);
        return { status: 201, body: key === undefined ? null : viewKey(key) };
      },
    }),
    sessionRoute({
      method: 'GET',
      path: '/api/keys/:id',
      summary: 'One key',
      limit: 'read',
      handle: async ({ params }, { user }) => ({
        status: 200,
        body: viewKey(requireKey(user, params['id'] ?? '')),
      }),
    }),
    sessionRoute({
      method: 'PATCH',
      path: '/api/keys/:id',
      summary: 'Rename a key',
      limit: 'write',
      body: patchBody,
      handle: async ({ params, body }, { user }) =>
        update(user.userId, params['id'] ?? '', {
          type: 'key-renamed',
          change: (key) => ({ ...key, label: body.label }),
        }),
    }),
    sessionRoute({
      method: 'POST',
      path: '/api/keys/:id/archive',
      summary: 'Stop a key from signing',
      limit: 'write',
      handle: async ({ params }, { user }) =>
        update(user.userId, params['id'] ?? '', {
          type: 'key-archived',
          change: (key) => ({ ...key, archivedAtMs: key.archivedAtMs ?? clock() }),
        }),
    }),
    sessionRoute({
      method: 'POST',
      path: '/api/keys/:id/unarchive',
      summary: 'Let an archived key sign again',
      limit: 'write',
      handle: async ({ params }, { user }) =>
        update(user.userId, params['id'] ?? '', {
          type: 'key-unarchived',
          change: ({ archivedAtMs: _archived, ...key }) => key,
        }),
    }),
  ];
}
