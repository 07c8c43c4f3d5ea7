import * as contract from '../../api/keys.js';
import { ServiceError } from '../../errors.js';
import { ACCOUNT_LIMITS } from '../../accounts/account-limits.js';
import { type AskingSession, AuthorizedChange } from '../../accounts/authorized-change.js';
import type { UserDocument, UserKey } from '../../accounts/user-document.js';
import { addKey } from '../../accounts/add-key.js';
import { withAudit } from '../../accounts/audit-trail.js';
import { exportKey } from '../../signing/export-key.js';
import { requireKey } from '../../signing/require-key.js';
import { sessionEndpoint, type Route } from '../route.js';
import type { Services } from '../services.js';
import { viewKey } from '../views.js';

type KeyChange = {
  readonly name: 'key-rename' | 'key-archive' | 'key-unarchive';
  readonly change: (key: UserKey, nowMs: number) => UserKey;
};
const AUDITED = {
  'key-rename': 'key-renamed',
  'key-archive': 'key-archived',
  'key-unarchive': 'key-unarchived',
} as const;

function withKey(
  user: UserDocument,
  keyId: string,
  { name, change }: KeyChange,
  nowMs: number,
): UserDocument {
  requireKey(user, keyId);
  const keys = user.keys.map((key) => (key.id === keyId ? change(key, nowMs) : key));
  return withAudit({ ...user, keys }, nowMs, AUDITED[name], { keyId });
}

function newestKeyOf({ keys }: UserDocument): UserKey {
  const key = keys.at(-1);
  if (key === undefined) throw new TypeError('a user without keys');
  return key;
}

/** Returns the routes of keys. */
export function keyRoutes(services: Services): readonly Route[] {
  const { users, keys } = services;
  const update = async (
    asking: AskingSession,
    keyId: string,
    wanted: KeyChange,
  ): Promise<{ readonly status: 200; readonly body: contract.Key }> => {
    const user = await users.update(
      AuthorizedChange.bySession(asking, wanted.name, (now, nowMs) =>
        withKey(now.user, keyId, wanted, nowMs),
      ),
    );
    return { status: 200, body: viewKey(requireKey(user, keyId)) };
  };
  return [
    sessionEndpoint(contract.listKeys, {
      limit: 'read',
      handle: async (_request, { user }) => ({
        status: 200,
        body: { keys: user.keys.map(viewKey) },
      }),
    }),
    sessionEndpoint(contract.createKey, {
      limit: 'key-create',
      change: 'key-create',
      handle: async ({ body }, live) => {
        const create = AuthorizedChange.bySession(live, 'key-create', ({ user }, nowMs) => {
          const count = user.keys.length;
          if (count >= ACCOUNT_LIMITS.keys) throw new ServiceError('ERR_KEY_LIMIT');
          return addKey(user, keys, body.label ?? `Key ${count + 1}`, nowMs);
        });
        const after = await users.update(create);
        return { status: 201, body: viewKey(newestKeyOf(after)) };
      },
    }),
    sessionEndpoint(contract.getKey, {
      limit: 'read',
      handle: async ({ params }, { user }) => ({
        status: 200,
        body: viewKey(requireKey(user, params.id)),
      }),
    }),
    sessionEndpoint(contract.renameKey, {
      limit: 'write',
      change: 'key-rename',
      handle: async ({ params, body }, live) =>
        update(live, params.id, {
          name: 'key-rename',
          change: (key) => ({ ...key, label: body.label }),
        }),
    }),
    sessionEndpoint(contract.archiveKey, {
      limit: 'write',
      change: 'key-archive',
      handle: async ({ params }, live) =>
        update(live, params.id, {
          name: 'key-archive',
          change: (key, nowMs) => ({ ...key, archivedAtMs: key.archivedAtMs ?? nowMs }),
        }),
    }),
    sessionEndpoint(contract.unarchiveKey, {
      limit: 'write',
      change: 'key-unarchive',
      handle: async ({ params }, live) =>
        update(live, params.id, {
          name: 'key-unarchive',
          change: ({ archivedAtMs: _archived, ...key }) => key,
        }),
    }),
    sessionEndpoint(contract.exportKey, {
      limit: 'key-export',
      change: 'key-export',
      handle: async ({ params, body }, live) => {
        const { file } = await exportKey(services, live, { keyId: params.id, ...body });
        return { status: 200, body: file };
      },
    }),
  ];
}
