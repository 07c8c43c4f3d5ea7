/** Adds wallets, names and removes credentials, and unblocks passkeys. */
import { ACCOUNT_LIMITS } from '../accounts/account-limits.js';
import { withAudit } from '../accounts/audit-trail.js';
import { type AskingSession, AuthorizedChange } from '../accounts/authorized-change.js';
import {
  credentialIdOf,
  type PasskeyCredential,
  signsIn,
  type UserCredential,
  type UserDocument,
} from '../accounts/user-document.js';
import { ServiceError } from '../errors.js';
import type { SignInContext, WalletProof } from './sign-in-with-wallet.js';
import { spendChallenge } from './spend-challenge.js';
import { openWalletChallenge } from './wallet-challenge.js';
import { proofOf, proveWallet } from './prove-wallet.js';

/**
 * Returns the user with one more credential. Throws ERR_CREDENTIAL_IN_USE or ERR_CREDENTIAL_LIMIT.
 */
export function addCredential(
  user: UserDocument,
  credential: UserCredential,
  nowMs: number,
): UserDocument {
  const id = credentialIdOf(credential);
  if (user.credentials.some((each) => credentialIdOf(each) === id)) {
    throw new ServiceError('ERR_CREDENTIAL_IN_USE');
  }
  if (user.credentials.length >= ACCOUNT_LIMITS.credentials) {
    throw new ServiceError('ERR_CREDENTIAL_LIMIT');
  }
  const credentials = [...user.credentials, credential];
  return withAudit({ ...user, credentials }, nowMs, 'credential-added', { credential: id });
}

/**
 * Adds a wallet to a user with a signed challenge that names both. Rejects ERR_CHALLENGE_INVALID,
 * ERR_CHALLENGE_EXPIRED, ERR_CHALLENGE_USED, ERR_SIGNATURE_*, ERR_CREDENTIAL_IN_USE or
 * ERR_CREDENTIAL_LIMIT.
 */
export async function linkWallet(
  context: SignInContext,
  asking: AskingSession,
  { message, signature }: WalletProof,
): Promise<UserDocument> {
  const { users, aliases, keys, clock, challenges } = context;
  const { userId } = asking.user;
  const opened = openWalletChallenge(challenges, message, clock(), userId);
  const proved = await proveWallet(context, message, signature);
  const { address, nonce, expiresAtMs } = opened;
  return aliases.exclusively(address, async () => {
    const claim = await aliases.claim(address, userId);
    return users.update(
      AuthorizedChange.bySession(asking, 'credential-add', ({ user }, nowMs) => {
        const hash = keys.challengeTag(nonce);
        const spent = spendChallenge(user, { hash, expiresAtMs }, nowMs);
        const wallet = { kind: 'wallet', address, ...proofOf(proved), addedAtMs: nowMs } as const;
        return addCredential(spent, wallet, nowMs);
      }),
      claim,
    );
  });
}

/** Names a credential. Rejects ERR_CREDENTIAL_NOT_FOUND. */
export function renameCredential(
  { users }: SignInContext,
  asking: AskingSession,
  credentialId: string,
  name: string,
): Promise<UserDocument> {
  return users.update(
    AuthorizedChange.bySession(asking, 'credential-rename', ({ user }, nowMs) => {
      requireCredential(user, credentialId);
      const credentials = user.credentials.map((each) =>
        credentialIdOf(each) === credentialId ? { ...each, name } : each,
      );
      const facts = { credential: credentialId };
      return withAudit({ ...user, credentials }, nowMs, 'credential-renamed', facts);
    }),
  );
}

/**
 * Removes a credential and ends every session that it began, except the one that makes this
 * request. Rejects ERR_CREDENTIAL_NOT_FOUND, or ERR_CREDENTIAL_LAST if no other credential is left
 * that can sign in.
 */
export async function removeCredential(
  context: SignInContext,
  asking: AskingSession,
  credentialId: string,
): Promise<UserDocument> {
  const { users, aliases } = context;
  const { userId } = asking.user;
  const remove = (): Promise<UserDocument> =>
    users.update(
      AuthorizedChange.bySession(asking, 'credential-remove', ({ user, session }, nowMs) =>
        withoutCredential(user, credentialId, session.id, nowMs),
      ),
    );
  const known = (await users.find(userId))?.credentials.find(
    (each) => credentialIdOf(each) === credentialId,
  );
  if (known?.kind !== 'wallet') return remove();
  // The wallet's lock prevents a claim of the wallet between its removal and the release of its
  // alias.
  return aliases.exclusively(known.address, async () => {
    const after = await remove();
    await aliases.release(known.address, userId);
    return after;
  });
}

function withoutCredential(
  user: UserDocument,
  credentialId: string,
  askingSessionId: string,
  nowMs: number,
): UserDocument {
  requireCredential(user, credentialId);
  const credentials = user.credentials.filter((each) => credentialIdOf(each) !== credentialId);
  if (!credentials.some(signsIn)) throw new ServiceError('ERR_CREDENTIAL_LAST');
  const sessions = user.sessions.filter(
    (session) => session.credentialId !== credentialId || session.id === askingSessionId,
  );
  const facts = { credential: credentialId };
  return withAudit({ ...user, credentials, sessions }, nowMs, 'credential-removed', facts);
}

/**
 * Lets a passkey that was marked as cloned sign in again. Its owner must ask with another
 * credential, because a blocked passkey cannot prove that a person is present. Its counter restarts
 * at 0. Rejects ERR_CREDENTIAL_NOT_FOUND if the passkey is not blocked.
 */
export function unblockCredential(
  { users }: SignInContext,
  asking: AskingSession,
  credentialId: string,
): Promise<UserDocument> {
  return users.update(
    AuthorizedChange.bySession(asking, 'credential-unblock', ({ user }, nowMs) => {
      const blocked = requireCredential(user, credentialId);
      if (signsIn(blocked)) throw new ServiceError('ERR_CREDENTIAL_NOT_FOUND');
      const credentials = user.credentials.map((each) =>
        each.kind === 'passkey' && credentialIdOf(each) === credentialId ? unblocked(each) : each,
      );
      const facts = { credential: credentialId };
      return withAudit({ ...user, credentials }, nowMs, 'credential-unblocked', facts);
    }),
  );
}

const unblocked = ({ clonedAtMs: _cleared, ...passkey }: PasskeyCredential): PasskeyCredential => ({
  ...passkey,
  counter: 0,
});

function requireCredential(user: UserDocument, credentialId: string): UserCredential {
  const found = user.credentials.find((each) => credentialIdOf(each) === credentialId);
  if (found === undefined) throw new ServiceError('ERR_CREDENTIAL_NOT_FOUND');
  return found;
}
