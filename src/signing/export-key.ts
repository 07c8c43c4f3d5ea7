/**
 * Exports a key, so that its owner can use it without this service.
 *
 * The file is made before the change is committed and returned only after the audit entry is
 * durable, so no file ever leaves the service without a trace. One file is made at a time, since
 * each takes 128 MiB.
 */
import { withAudit } from '../accounts/audit-trail.js';
import { type AskingSession, AuthorizedChange } from '../accounts/authorized-change.js';
import type { UserDocument, UserKey } from '../accounts/user-document.js';
import type { Users } from '../accounts/users.js';
import { ServiceError } from '../errors.js';
import type { KeystoreFile } from '../keys/keystore-file.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import { requireKey } from './require-key.js';

/** How many exports may wait for their turn. */
const MOST_WAITING = 8;

/** What an export depends on. */
export type ExportContext = {
  readonly users: Users;
  readonly keys: ServiceKeys;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly keyExport: ExportTurns;
};

/** What a person asks for. */
export type ExportAsked = {
  readonly keyId: string;
  readonly passphrase: string;
  /** What the person typed, which must be `confirmationOf` the key. */
  readonly confirmation: string;
};

/** An exported key, and the user after the export. */
export type ExportedKey = { readonly file: KeystoreFile; readonly user: UserDocument };

/** Runs one export at a time. */
export type ExportTurns = {
  /** False if the operator switched exports off. */
  readonly isAllowed: boolean;
  run<T>(work: () => Promise<T>): Promise<T>;
};

/** Creates the turns of a service. `run` rejects ERR_KEY_EXPORT_BUSY if too many wait. */
export function createExportTurns(isAllowed: boolean): ExportTurns {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    isAllowed,
    run: (work) => {
      if (waiting >= MOST_WAITING) throw new ServiceError('ERR_KEY_EXPORT_BUSY');
      waiting += 1;
      const turn = last.then(work).finally(() => {
        waiting -= 1;
      });
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** Returns the text that a person types to confirm the export of a key. */
export const confirmationOf = (label: string): string => `export ${label}`;

/**
 * Encrypts a key under the passphrase of its owner. Rejects ERR_KEY_EXPORT_OFF, ERR_KEY_NOT_FOUND,
 * ERR_KEY_EXPORT_UNCONFIRMED, ERR_KEY_EXPORT_BUSY, and what the rule `key-export` rejects.
 */
export async function exportKey(
  { users, keys, randomBytes, keyExport }: ExportContext,
  asking: AskingSession & { readonly user: UserDocument },
  { keyId, passphrase, confirmation }: ExportAsked,
): Promise<ExportedKey> {
  if (!keyExport.isAllowed) throw new ServiceError('ERR_KEY_EXPORT_OFF');
  const key = requireConfirmed(asking.user, keyId, confirmation);
  const file = await keyExport.run(() => keys.exportKey(key, passphrase, randomBytes));
  const user = await users.update(
    AuthorizedChange.bySession(asking, 'key-export', ({ user: known }, nowMs) => {
      requireConfirmed(known, keyId, confirmation);
      const all = known.keys.map((each) =>
        each.id === keyId ? { ...each, exportedAtMs: nowMs } : each,
      );
      return withAudit({ ...known, keys: all }, nowMs, 'key-exported', { keyId });
    }),
  );
  return { file, user };
}

function requireConfirmed(user: UserDocument, keyId: string, confirmation: string): UserKey {
  const key = requireKey(user, keyId);
  if (confirmation === confirmationOf(key.label)) return key;
  throw new ServiceError('ERR_KEY_EXPORT_UNCONFIRMED');
}
