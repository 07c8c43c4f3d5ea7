/**
 * Judges the use of a passkey by its signature counter (WebAuthn Level 3, section 6.1.1).
 *
 * | passkey                      | counter of the assertion    | challenge                    | verdict    |
 * | ---------------------------- | --------------------------- | ---------------------------- | ---------- |
 * | marked as cloned             | any                         | any                          | `cloned`   |
 * | backup-eligible (synced)     | any                         | any                          | `served`   |
 * | one device                   | higher, or both are 0       | any                          | `served`   |
 * | one device                   | not higher                  | issued after the last use    | `cloned`   |
 * | one device                   | not higher                  | issued before the last use   | `outdated` |
 *
 * Synced passkeys may stop counting, so their counter proves nothing. An assertion that was made
 * before the last accepted use and arrives after it (two tabs, a slow network) is rejected but is
 * no evidence of a copy. When a passkey is marked as cloned, its sessions end, and it cannot be
 * used until its owner unblocks it.
 */
import { withAudit } from '../accounts/audit-trail.js';
import {
  credentialIdOf,
  type PasskeyCredential,
  type UserDocument,
} from '../accounts/user-document.js';
import { ServiceError } from '../errors.js';
import type { UsedPasskey } from './verify-passkey.js';

/** A verified assertion, and when its challenge was issued. */
export type PasskeyAttempt = UsedPasskey & { readonly issuedAtMs: number };

/** The result of an assertion. `user` must be made durable, whatever the verdict is. */
export type PasskeyUse = { readonly user: UserDocument; readonly verdict: 'served' | 'cloned' };

/** Returns the user's passkey with this id. */
export const findPasskey = (user: UserDocument, id: string): PasskeyCredential | undefined =>
  user.credentials.find(
    (each): each is PasskeyCredential => each.kind === 'passkey' && each.id === id,
  );

/**
 * Returns the user after the use of a passkey. Throws ERR_PASSKEY_UNKNOWN if the passkey has been
 * removed, or ERR_PASSKEY_OUTDATED.
 */
export function usePasskey(user: UserDocument, used: PasskeyAttempt, nowMs: number): PasskeyUse {
  const known = findPasskey(user, used.id);
  if (known === undefined) throw new ServiceError('ERR_PASSKEY_UNKNOWN');
  if (known.clonedAtMs !== undefined) return refuse(user, known, nowMs);
  if (isCountedBack(known, used)) {
    const isEarlier = used.issuedAtMs < (known.lastUsedAtMs ?? known.addedAtMs);
    if (isEarlier) throw new ServiceError('ERR_PASSKEY_OUTDATED');
    return refuse(user, known, nowMs);
  }
  const { counter, backedUp } = used;
  const moved = { ...known, counter, backedUp, lastUsedAtMs: nowMs };
  return { user: replace(user, moved), verdict: 'served' };
}

/** Throws ERR_PASSKEY_CLONED unless the verdict is `served`. */
export function requireServed(use: PasskeyUse | undefined): void {
  if (use?.verdict !== 'served') throw new ServiceError('ERR_PASSKEY_CLONED');
}

function isCountedBack(known: PasskeyCredential, used: PasskeyAttempt): boolean {
  if (known.deviceType === 'multiDevice') return false;
  const counts = used.counter > 0 || known.counter > 0;
  return counts && used.counter <= known.counter;
}

function refuse(user: UserDocument, passkey: PasskeyCredential, nowMs: number): PasskeyUse {
  const credential = credentialIdOf(passkey);
  const marked = replace(user, { ...passkey, clonedAtMs: passkey.clonedAtMs ?? nowMs });
  const sessions = marked.sessions.filter((session) => session.credentialId !== credential);
  const facts = { code: 'ERR_PASSKEY_CLONED', credential };
  return {
    user: withAudit({ ...marked, sessions }, nowMs, 'sign-in-refused', facts),
    verdict: 'cloned',
  };
}

const replace = (user: UserDocument, passkey: PasskeyCredential): UserDocument => ({
  ...user,
  credentials: user.credentials.map((each) =>
    each.kind === 'passkey' && each.id === passkey.id ? passkey : each,
  ),
});
