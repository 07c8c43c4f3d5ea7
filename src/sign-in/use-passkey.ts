/**
 * What a verified use of a passkey changes for its user.
 *
 * An authenticator that counts its signatures says a greater number each time. One that does not has been copied, or put
 * back in time: which of the two holders is the person can not be told, so from then on the passkey serves nobody until it is
 * removed, and the sessions that it began end. Authenticators that never count say 0 always (WebAuthn Level 3, section 6.1.1).
 */
import { withAudit } from '../accounts/audit-trail.js';
import {
  credentialIdOf,
  type PasskeyCredential,
  type UserDocument,
} from '../accounts/user-document.js';
import { ServiceError } from '../errors.js';
import type { UsedPasskey } from './verify-passkey.js';

export type PasskeyUse = {
  /** To be made durable, whether the passkey serves or not. */
  readonly user: UserDocument;
  readonly isCloned: boolean;
  /** Sessions that ended. */
  readonly ended: readonly string[];
};

export const findPasskey = (user: UserDocument, id: string): PasskeyCredential | undefined =>
  user.credentials.find(
    (each): each is PasskeyCredential => each.kind === 'passkey' && each.id === id,
  );

/** Throws ERR_PASSKEY_UNKNOWN for one that was removed meanwhile. */
export function usePasskey(user: UserDocument, used: UsedPasskey, nowMs: number): PasskeyUse {
  const known = findPasskey(user, used.id);
  if (known === undefined) throw new ServiceError('ERR_PASSKEY_UNKNOWN');
  const counts = used.counter > 0 || known.counter > 0;
  const isCloned = known.clonedAtMs !== undefined || (counts && used.counter <= known.counter);
  if (isCloned) return refuse(user, known, nowMs);
  const { counter, backedUp } = used;
  const moved = { ...known, counter, backedUp, lastUsedAtMs: nowMs };
  return { user: replace(user, moved), isCloned, ended: [] };
}

function refuse(user: UserDocument, passkey: PasskeyCredential, nowMs: number): PasskeyUse {
  const credential = credentialIdOf(passkey);
  const marked = replace(user, { ...passkey, clonedAtMs: passkey.clonedAtMs ?? nowMs });
  const begunByIt = marked.sessions.filter((session) => session.credentialId === credential);
  const sessions = marked.sessions.filter((session) => session.credentialId !== credential);
  const facts = { code: 'ERR_PASSKEY_CLONED', credential };
  return {
    user: withAudit({ ...marked, sessions }, nowMs, 'sign-in-refused', facts),
    isCloned: true,
    ended: begunByIt.map(({ id }) => id),
  };
}

const replace = (user: UserDocument, passkey: PasskeyCredential): UserDocument => ({
  ...user,
  credentials: user.credentials.map((each) =>
    each.kind === 'passkey' && each.id === passkey.id ? passkey : each,
  ),
});
