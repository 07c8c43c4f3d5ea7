/** What of the user's document leaves the service. */
import type { UserDocument, UserKey } from '../accounts/user-document.js';

const iso = (ms: number): string => new Date(ms).toISOString();

export type KeyView = {
  readonly id: string;
  readonly address: string;
  readonly label: string;
  readonly createdAt: string;
  readonly archivedAt?: string;
};

export function viewKey({ id, address, label, createdAtMs, archivedAtMs }: UserKey): KeyView {
  return {
    id,
    address,
    label,
    createdAt: iso(createdAtMs),
    ...(archivedAtMs === undefined ? {} : { archivedAt: iso(archivedAtMs) }),
  };
}

export function viewUser(user: UserDocument): object {
  return {
    id: user.userId,
    createdAt: iso(user.createdAtMs),
    credentials: user.credentials.map(({ kind, address, addedAtMs }) => ({
      kind,
      address,
      addedAt: iso(addedAtMs),
    })),
    keys: user.keys.map(viewKey),
    ...user.preferences,
  };
}
